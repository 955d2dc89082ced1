import { describe, expect, test } from "vitest";
import type { Lease } from "../../../shared/protocol/lease.ts";
import type { Result } from "../../../shared/protocol/result.ts";
import { trainingSpec } from "../../../shared/experiments/experiment.ts";
import { checkResult } from "../../../workers/coordinator/validator.ts";
import { plannedRuns, shardOf } from "../../../workers/coordinator/work-generator.ts";
import { rangeOf, resultOf, tinyPlan } from "../../workerd/tiny.ts";

const model = "a".repeat(64);
const run = { ...plannedRuns(tinyPlan)[1]!, shards: 1, step: 2, checkpoint: "b".repeat(64) };
const setUp = (index: number) => {
  const shard = shardOf("tiny", tinyPlan, { ...run, checkpoint: index === 0 ? null : run.checkpoint }, rangeOf(tinyPlan, index));
  const spec = trainingSpec(tinyPlan, shard.variant, shard.seed);
  const lease = { spec, shard, modelSha256: model, startCheckpoint: shard.startCheckpoint } as unknown as Lease;
  return { shard, spec, good: resultOf(lease) };
};
const faults = (index: number, change: (good: Result) => Partial<Result>) => {
  const { shard, spec, good } = setUp(index);
  return checkResult({ ...good, ...change(good) }, shard, spec, model).map(({ path, message }) => `${path}: ${message}`);
};

test.each([0, 1, 2])("a result that fits shard %i has no faults", (index) => {
  expect(faults(index, () => ({}))).toEqual([]);
});

test("the due steps: training in [from, to), evaluation in (from, to], and step 0 at the start of a run", () => {
  expect([0, 1, 2].map((index) => setUp(index).good.training.step)).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  expect([0, 1, 2].map((index) => setUp(index).good.evaluation.step)).toEqual([[0], [3], [6]]);
});

describe("a fault names path, got and want:", () => {
  const rows: [string, number, (good: Result) => Partial<Result>, string][] = [
    [
      "another model",
      1,
      () => ({ modelSha256: "c".repeat(64) }),
      `modelSha256: got "${"c".repeat(64)}", want ${model}, the lease's model`,
    ],
    [
      "another start",
      1,
      () => ({ startCheckpoint: null }),
      `startCheckpoint: got null, want "${"b".repeat(64)}", where the shard starts`,
    ],
    [
      "a start where there is none",
      0,
      () => ({ startCheckpoint: model }),
      `startCheckpoint: got "${model}", want null, where the shard starts`,
    ],
    [
      "no end",
      1,
      () => ({ endCheckpoint: null }),
      "endCheckpoint: got null, want the checkpoint's SHA-256, because the run did not diverge",
    ],
    ["no time", 1, () => ({ trainMs: 0 }), "trainMs: got 0, want more than 0 ms"],
    ["no time for an evaluation", 1, () => ({ evaluateMs: 0 }), "evaluateMs: got 0, want more than 0 ms for an evaluation"],
    ["a row missing", 1, (good) => ({ training: slice(good.training, 0, 1) }), "training.step[1]: got no more rows, want 3"],
    ["a row of another step", 1, (good) => ({ training: { ...good.training, step: [2, 4] } }), "training.step[1]: got 4, want 3"],
    ["rows in disorder", 1, (good) => ({ training: { ...good.training, step: [3, 2] } }), "training.step[0]: got 3, want 2"],
    [
      "a row too many",
      1,
      (good) => ({ evaluation: { step: [3, 4], loss: [1, 1], accuracy: [0, 0], ...(good && {}) } }),
      "evaluation.step[1]: got 4, want no more than 1 rows",
    ],
    [
      "no evaluation",
      1,
      () => ({ evaluation: { step: [], loss: [], accuracy: [] } }),
      "evaluation.step[0]: got no more rows, want 3",
    ],
    [
      "a negative loss",
      1,
      (good) => ({ training: { ...good.training, loss: [-1, 2] } }),
      "training.loss[0]: got -1, want 0 or more",
    ],
    [
      "a loss missing in a run that goes on",
      1,
      (good) => ({ training: { ...good.training, loss: [null, 2] } }),
      "training.loss[0]: got null, want a finite number (only a diverged step's loss is null)",
    ],
    [
      "an accuracy that is no share of the batch",
      1,
      (good) => ({ training: { ...good.training, accuracy: [0.3, 0.5] } }),
      "training.accuracy[0]: got 0.3, want a multiple of 1/2",
    ],
    [
      "an accuracy that is no share of the test set",
      1,
      (good) => ({ evaluation: { ...good.evaluation, accuracy: [0.12345] } }),
      "evaluation.accuracy[0]: got 0.12345, want a multiple of 1/10000",
    ],
    [
      "a divergence elsewhere",
      1,
      () => ({ divergedAt: 4, endCheckpoint: null }),
      "divergedAt: got 4, want a step of the shard, 2 to 3",
    ],
  ];
  test.each(rows)("%s", (_what, index, change, want) => {
    expect(faults(index, change)).toContain(want);
  });

  test("accuracies rounded to float32 are still whole counts", () => {
    expect(faults(1, (good) => ({ evaluation: { ...good.evaluation, accuracy: [Math.fround(0.1234)] } }))).toEqual([]);
  });
});

describe("a run that diverged at step 3", () => {
  const diverged = { divergedAt: 3, endCheckpoint: null };
  const training = { step: [2], loss: [0.575], accuracy: [0] };
  const evaluation = { step: [], loss: [], accuracy: [] };

  test("has rows up to there; a row of step 3 itself may stand there with no loss", () => {
    expect(faults(1, () => ({ ...diverged, training, evaluation }))).toEqual([]);
    const withLast = { step: [2, 3], loss: [0.575, null], accuracy: [0, 0] };
    expect(faults(1, () => ({ ...diverged, training: withLast, evaluation }))).toEqual([]);
    expect(
      faults(1, () => ({ ...diverged, training: withLast, evaluation: { step: [3], loss: [null], accuracy: [0.1] } })),
    ).toEqual([]);
  });

  test("has no checkpoint to go on from", () => {
    expect(faults(1, () => ({ divergedAt: 3, training, evaluation }))[0]).toContain(
      "want null, because a diverged run ends here",
    );
  });

  test("still needs what came before", () => {
    expect(faults(1, () => ({ ...diverged, training: evaluation, evaluation }))).toEqual([
      "training.step[0]: got no more rows, want 2",
    ]);
  });
});

const slice = ({ step, loss, accuracy }: Result["training"], from: number, to: number) => ({
  step: step.slice(from, to),
  loss: loss.slice(from, to),
  accuracy: accuracy.slice(from, to),
});
