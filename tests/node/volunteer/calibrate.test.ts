import { expect, test } from "vitest";
import { nodeRuntime } from "../../../scripts/volunteer/ort-node.ts";
import { judgeCalibration } from "../../../shared/audit/calibration/judge.ts";
import type { Calibration, CalibrationReply } from "../../../shared/protocol/calibration.ts";
import { Volunteer } from "../../../shared/volunteer/loop.ts";
import { MAX_GPU_LOSSES, RuntimeLost } from "../../../shared/volunteer/outcomes.ts";
import type { Ports, Runtime } from "../../../shared/volunteer/ports.ts";
import { mapStore, ports, tinySpec } from "./fixtures.ts";
import { MemoryCoordinator } from "./memory-coordinator.ts";

const OWN = "a".repeat(64);

/** Judges as the coordinator does, unless it is told how. */
class Calibrating extends MemoryCoordinator {
  readonly calibrations: Calibration[] = [];
  readonly verdictOf: (calibration: Calibration) => CalibrationReply["verdict"];

  constructor(verdictOf: Calibrating["verdictOf"] = ({ answers, device }) => judgeCalibration(answers, device.provider).verdict) {
    super(tinySpec, 6);
    this.verdictOf = verdictOf;
  }

  volunteer = () => Promise.resolve(OWN);

  calibrate = (calibration: Calibration): Promise<CalibrationReply> => {
    this.calibrations.push(calibration);
    const verdict = this.verdictOf(calibration);
    const certified = verdict === "passed" ? { certificate: "sealed", expiresAt: "2100-01-01T00:00:00.000Z" } : {};
    return Promise.resolve({ verdict, words: "vgg-11 none: flipped", ...certified });
  };
}

async function train(coordinator: Calibrating, changed: Partial<Ports> = {}): Promise<Volunteer> {
  const volunteer = new Volunteer(ports(coordinator, changed), { shards: 1 });
  volunteer.start();
  await volunteer.ended;
  return volunteer;
}
const notes = ({ view }: Volunteer) => view.notes.map(({ text }) => text).join("\n");
/** This processor, under a GPU's name: what follows from a verdict does not depend on what computed. */
const asGpu = (): Runtime => ({ ...nodeRuntime(1), device: { ...nodeRuntime(1).device, provider: "webgpu" } });

test("a device trains what is known before its first shard, once, and shows the certificate when it asks", async () => {
  const [coordinator, store] = [new Calibrating(), mapStore()];
  const volunteer = await train(coordinator, { store });
  expect(coordinator.calibrations).toHaveLength(1);
  expect(coordinator.calibrations[0]!.answers.map((answer) => answer.losses.length)).toEqual([5, 5, 5]);
  expect(coordinator.requests.map(({ calibration }) => calibration)).toEqual(["sealed"]);
  expect(notes(volunteer)).toContain("it computes what is known");
  await train(coordinator, { store });
  expect(coordinator.calibrations).toHaveLength(1);
  expect(coordinator.requests.at(-1)?.calibration).toBe("sealed");
});

test("a processor that computes wrongly trains nothing, and is told what to do", async () => {
  const coordinator = new Calibrating(() => "contradicts");
  const { view } = await train(coordinator);
  expect(view.phase).toMatchObject({
    kind: "failed",
    message: "This device computed a known training wrongly: vgg-11 none: flipped",
    remedy: expect.stringContaining("it is checked anew") as string,
  });
  expect(coordinator.requests).toEqual([]);
});

test("a GPU that computes wrongly is left for the processor; one that is lost meanwhile is opened again", async () => {
  const coordinator = new Calibrating(({ device }) => (device.provider === "webgpu" ? "contradicts" : "passed"));
  const losses: number[] = [];
  const lost: Runtime = { ...asGpu(), open: () => Promise.reject(new RuntimeLost("the GPU was lost")) };
  const openRuntime = (count: number) => {
    losses.push(count);
    return Promise.resolve(count === 0 ? lost : count < MAX_GPU_LOSSES ? asGpu() : nodeRuntime(1));
  };
  const volunteer = await train(coordinator, { openRuntime });
  expect(losses).toEqual([0, 1, MAX_GPU_LOSSES]);
  expect(notes(volunteer)).toContain("the processor trains instead");
  expect(coordinator.results).toHaveLength(1);
});

test("a device that rounds coarsely trains on without a certificate", async () => {
  const coordinator = new Calibrating(() => "rough");
  await train(coordinator);
  expect(coordinator.requests.map(({ calibration }) => calibration)).toEqual([undefined]);
  expect(coordinator.results).toHaveLength(1);
});
