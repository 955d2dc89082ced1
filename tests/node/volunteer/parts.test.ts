import { expect, test } from "vitest";
import { Volunteer } from "../../../shared/volunteer/loop.ts";
import { Refused } from "../../../shared/volunteer/outcomes.ts";
import { partEveryMs } from "../../../shared/volunteer/parts.ts";
import { fastClock, ports, tinySpec } from "./fixtures.ts";
import { MemoryCoordinator } from "./memory-coordinator.ts";

const spec = { ...tinySpec, steps: 20, evaluateEvery: 10 };

/** Twenty steps in one shard, bound every five. */
function coordinator(): MemoryCoordinator {
  const made = new MemoryCoordinator(spec, 20);
  made.commitEvery = 5;
  return made;
}

/** A step takes minutes. */
const slowly = () => ({ clock: fastClock(10_000) });

async function trainAlone(asked: MemoryCoordinator): Promise<void> {
  const volunteer = new Volunteer(ports(asked, slowly()), { shards: 1 });
  volunteer.start();
  await volunteer.ended;
}

test("a volunteer that vanishes leaves behind what it trained until its last part, and the next one goes on with the same bits", async () => {
  const whole = coordinator();
  await trainAlone(whole);
  const asked = coordinator();
  const killed = new Volunteer(ports(asked, slowly()));
  killed.subscribe(({ shard }) => {
    if (shard?.step === 13 && asked.results.length === 0) {
      asked.promote(); // Its lease ended, and somebody asks for the next.
      killed.stop();
    }
  });
  killed.start();
  await killed.ended;
  expect(asked.parts.map(({ toStep }) => toStep)).toEqual([5, 10]);
  expect(asked.results.map(({ toStep }) => toStep)).toEqual([10]);
  await trainAlone(asked);
  expect(asked.leases.at(-1)?.shard).toMatchObject({ index: 1, fromStep: 10, toStep: 20 });
  for (const name of ["training", "evaluation"] as const) {
    expect(asked.results.flatMap((result) => result[name].loss)).toEqual(whole.results[0]?.[name].loss);
  }
  expect(asked.results.at(-1)?.endCheckpoint).toBe(whole.results[0]?.endCheckpoint);
});

test("parts that the coordinator refuses are not offered again, and the shard is handed in all the same", async () => {
  const asked = coordinator();
  let offered = 0;
  asked.keepPart = () => {
    offered++;
    return Promise.reject(new Refused({ title: "No", status: 422, detail: "This run is in many pieces already." }));
  };
  await trainAlone(asked);
  expect(offered).toBe(1);
  expect(asked.results).toHaveLength(1);
});

test("a minute of training is at stake where the state is small; a large one does not fill the line", () => {
  expect(partEveryMs(1_000_000)).toBe(60_000);
  // The paper's VGG-11 with its momentum, 74 MB: never within a shard of three minutes.
  expect(partEveryMs(74_000_000)).toBeGreaterThan(180_000);
});
