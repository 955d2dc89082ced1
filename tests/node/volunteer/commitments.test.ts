import { expect, test } from "vitest";
import { nodeRuntime } from "../../../scripts/volunteer/ort-node.ts";
import { canonicalJson } from "../../../shared/math/json.ts";
import { sha256Hex } from "../../../shared/math/sha256.ts";
import { decodeCheckpoint } from "../../../shared/nn/checkpoint.ts";
import { stateLayout } from "../../../shared/nn/training.ts";
import { rowsBetween } from "../../../shared/audit/interval.ts";
import { Unreachable } from "../../../shared/volunteer/outcomes.ts";
import { Volunteer } from "../../../shared/volunteer/loop.ts";
import { fewImages, mapStore, ports, tinySpec } from "./fixtures.ts";
import { MemoryCoordinator } from "./memory-coordinator.ts";

const spec = { ...tinySpec, steps: 12, evaluateEvery: null };

/** Twelve steps in one shard, bound in three intervals; `wanted` are drawn. */
function coordinator(wanted: readonly number[] = []): MemoryCoordinator {
  const made = new MemoryCoordinator(spec, 12);
  made.commitEvery = 5;
  made.wanted = ({ step, checkpoint }) => {
    const before = made.commits.findLast((commit) => commit.step < step);
    return wanted.includes(step) ? [...(before ? [before.checkpoint] : []), checkpoint] : [];
  };
  return made;
}

test("every interval is bound: its state, first losses and rows; drawn ones are stored with the state before them", async () => {
  const asked = coordinator([10]);
  const volunteer = new Volunteer(ports(asked), { shards: 1 });
  volunteer.start();
  await volunteer.ended;
  expect(asked.commits.map(({ step, opening }) => [step, opening.length])).toEqual([
    [5, 5],
    [10, 5],
    [12, 2],
  ]);
  const [result] = asked.results;
  expect(asked.commits.at(-1)!.checkpoint).toBe(result!.endCheckpoint);
  expect(asked.commits[0]!.opening).toEqual(result!.opening);
  expect(asked.commits[1]!.log).toBe(sha256Hex(canonicalJson(rowsBetween(result!.training, 5, 10))));
  // The drawn interval's two ends, and the shard's.
  expect([...asked.checkpoints.keys()]).toEqual(asked.commits.map(({ checkpoint }) => checkpoint));
  const steps = [...asked.checkpoints.values()].map((bytes) => decodeCheckpoint(bytes, stateLayout(spec)).step);
  expect(steps).toEqual([5, 10, 12]);
});

test("without a network training goes on, and what was bound meanwhile is told and stored afterwards", async () => {
  const asked = coordinator([5, 10]);
  let isDown = true;
  const commit = asked.commit.bind(asked);
  asked.commit = (lease, given) => (isDown ? Promise.reject(new Unreachable("Nobody answers.")) : commit(lease, given));
  const volunteer = new Volunteer(ports(asked), { shards: 1 });
  volunteer.subscribe(({ phase }) => {
    if (phase.kind === "waiting") isDown = false;
  });
  volunteer.start();
  await volunteer.ended;
  expect(asked.commits.map(({ step }) => step)).toEqual([5, 10, 12]);
  expect(asked.checkpoints.size).toBe(3);
  expect(asked.results).toHaveLength(1);
});

test("after a reload the state at the last boundary is still there, and the same intervals are bound again", async () => {
  const asked = coordinator([10]);
  const store = mapStore();
  const first = new Volunteer(ports(asked, { store, openRuntime: () => Promise.resolve(nodeRuntime(1)) }));
  first.subscribe(({ shard }) => {
    if (shard?.step === 7) first.stop();
  });
  asked.handIn = () => Promise.reject(new Unreachable("Nobody answers."));
  first.start();
  await first.ended;
  const before = [...asked.commits];
  delete (asked as Partial<MemoryCoordinator>).handIn;
  const second = new Volunteer(ports(asked, { store, openDataset: () => Promise.resolve(fewImages()) }), { shards: 1 });
  second.start();
  await second.ended;
  expect(before[0]).toEqual(asked.commits.find(({ step }) => step === 5));
  expect(asked.results).toHaveLength(1);
  const drawn = asked.commits.filter(({ step }) => step === 5 || step === 10).map(({ checkpoint }) => checkpoint);
  for (const sha256 of drawn) expect(asked.checkpoints.has(sha256)).toBe(true);
});
