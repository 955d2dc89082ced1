import { describe, expect, test } from "vitest";
import { Plan } from "../../../shared/protocol/experiment.ts";
import type { RerunRequest } from "../../../shared/protocol/rerun.ts";
import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { training } from "../../../shared/experiments/training.ts";
import { MAX_CHECKPOINT_BYTES } from "../../../workers/coordinator/plan-limits.ts";
import { rerunHeader } from "../../../workers/coordinator/rerun.ts";
import { shardsPerRun } from "../../../workers/coordinator/work-generator.ts";

const parent = experimentHeader(training, "pilot");
const make = (change: Partial<RerunRequest>, checkpointBytes = 1) =>
  rerunHeader(parent, { experiment: parent.id, overrides: {}, ...change }, 1, () => checkpointBytes);
const planOf = (overrides: RerunRequest["overrides"]): Plan => {
  const made = make({ overrides });
  if (!made.ok) throw new Error(made.problem.detail);
  return Plan.parse(made.value.plan);
};

describe("a rerun's plan stays valid", () => {
  test.each([1, 5, 7, 150, 199, 200, 201, 999, 5000])("with %i steps", (steps) => {
    const plan = planOf({ steps });
    expect(plan.shardSteps).toBeLessThanOrEqual(steps);
    expect(shardsPerRun(plan) * plan.shardSteps).toBeGreaterThanOrEqual(steps);
    expect(plan.spec.recordEvery).toBeLessThanOrEqual(steps);
    expect(plan.spec.evaluateEvery!).toBeLessThanOrEqual(steps);
  });

  test("with larger batches or a wider network shards get shorter, because a visit does not get longer", () => {
    expect(planOf({ batchSize: 256 }).shardSteps).toBe(100);
    expect(planOf({ width: 1 / 4 }).shardSteps).toBe(50);
    expect(planOf({ width: 1, steps: 1000 }).shardSteps).toBe(10);
    expect(planOf({ batchSize: 16, width: 1 / 16 }).shardSteps).toBe(200);
  });

  test("with one learning rate variants that differed only by it become one, and are named by what they are", () => {
    expect(planOf({ learningRate: 0.02 }).variants.map(({ id, learningRate }) => [id, learningRate])).toEqual([
      ["standard-lr0.02", 0.02],
      ["batchnorm-lr0.02", 0.02],
    ]);
    expect(planOf({ learningRate: 1e-7 }).variants[0]?.id).toBe("standard-lr1e-7");
  });
});

test("the page's sentence about it says what it is", () => {
  expect(planOf({ steps: 20, width: 1 / 4 }).about).toBe(`VGG-16, width 0.25, batch 128, 20 steps: a rerun of ${parent.id}.`);
});

test("what cannot be run is refused in words", () => {
  const refusal = (change: Partial<RerunRequest>, bytes?: number) => {
    const made = make(change, bytes);
    return made.ok ? "accepted" : `${made.problem.status} ${made.problem.detail}`;
  };
  expect(refusal({})).toBe("accepted");
  expect(refusal({ variants: ["x", "standard-lr0.1"] })).toMatch(/^404 got x, want some of standard-lr0.1, /);
  expect(refusal({ overrides: { steps: 1_000_000 } })).toMatch(/^422 .*bytes of curves and measurements.*; .*shards/);
  expect(refusal({}, MAX_CHECKPOINT_BYTES + 1)).toMatch(/^422 overrides.width: got checkpoints of \d+ bytes, want at most/);
});
