import { describe, expect, test } from "vitest";
import { Plan } from "../../../shared/protocol/experiment.ts";
import type { RerunRequest } from "../../../shared/protocol/rerun.ts";
import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { deepLinear } from "../../../shared/experiments/deep-linear.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { canonicalJson } from "../../../shared/math/json.ts";
import { training } from "../../../shared/experiments/training.ts";
import { MAX_CHECKPOINT_BYTES, planFaults } from "../../../workers/coordinator/plan-limits.ts";
import { mergeMetrics } from "../../../workers/coordinator/assimilator.ts";
import { metricsBytes, resultBytes } from "../../../workers/coordinator/plan-bytes.ts";
import { rerunHeader } from "../../../workers/coordinator/rerun.ts";
import { shardsPerRun } from "../../../workers/coordinator/work-generator.ts";
import { allResults, tinyDeepLinear, tinyPlan } from "../../workerd/tiny.ts";

const parent = experimentHeader(training, "pilot");
const make = (change: Partial<RerunRequest>, checkpointBytes = 1) =>
  rerunHeader(parent, { experiment: parent.id, overrides: {}, ...change }, 1, () => checkpointBytes);
const planOf = (overrides: RerunRequest["overrides"]): Plan => {
  const made = make({ overrides, seeds: [1, 2, 3, 4, 5] });
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

describe("a rerun of the deep linear network", () => {
  const linear = experimentHeader(deepLinear, "pilot");
  const ask = (overrides: RerunRequest["overrides"]) => rerunHeader(linear, { experiment: linear.id, overrides }, 1, () => 1);
  const planned = (overrides: RerunRequest["overrides"]) => {
    const made = ask(overrides);
    if (!made.ok) throw new Error(made.problem.detail);
    return Plan.parse(made.value.plan);
  };

  test("has no width to change", () => {
    const made = ask({ width: 0.5 });
    expect(made.ok ? null : [made.problem.status, made.problem.detail]).toEqual([
      422,
      "overrides.width: got 0.5, want none, because Deep linear network, 25 layers of 10 units, has no width",
    ]);
  });

  test("keeps its probes, whose steps are multiples of whatever the learning rate is, and has no test set", () => {
    const plan = planned({ learningRate: 1e-5, steps: 500 });
    expect(plan.spec).toEqual({ ...linear.plan.spec, steps: 500 });
    expect(plan.spec.evaluateEvery).toBeNull();
    expect(plan.variants.map(({ id }) => id)).toEqual(["standard-lr0.00001", "batchnorm-lr0.00001"]);
    expect(plan.about).toBe(`Deep linear network, 25 layers of 10 units, batch 1000, 500 steps: a rerun of ${linear.id}.`);
  });

  test("with more samples has shorter shards", () => {
    expect(planned({ batchSize: 2000 }).shardSteps).toBe(1250);
    expect(planned({ batchSize: 100 }).shardSteps).toBe(2500);
  });
});

test("every plan of the study fits what stores and requests hold, and its bounds hold for real numbers", () => {
  for (const experiment of trainedExperiments) {
    for (const profile of ["pilot", "paper"] as const) {
      const { id, plan } = experimentHeader(experiment, profile);
      expect(planFaults(id, plan, 1), id).toEqual([]);
    }
  }
  for (const plan of [tinyPlan, tinyDeepLinear]) {
    const results = allResults(plan);
    for (const result of results) expect(canonicalJson(result).length).toBeLessThan(resultBytes(plan));
    expect(canonicalJson(mergeMetrics(plan, results)).length).toBeLessThan(metricsBytes(plan));
  }
});
