import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../shared/math/json.ts";
import { meanInterval } from "../../../shared/math/statistics.ts";
import type { Measurements } from "../../../shared/protocol/measurements.ts";
import { StoredResult } from "../../../shared/protocol/result.ts";
import { MergedMetrics } from "../../../shared/protocol/snapshot.ts";
import { mergeMetrics } from "../../../workers/coordinator/assimilator.ts";
import { experimentSnapshot } from "../../../workers/coordinator/snapshot.ts";
import { allResults, tinyDeepLinear, tinyHeader, tinyPlan } from "../../workerd/tiny.ts";

const results = allResults(tinyPlan);

test.each([
  ["VGG", tinyPlan],
  ["the deep linear network", tinyDeepLinear],
])("%s: merged metrics are a function of the set of results: any order, and after storage, the same bytes", (_name, plan) => {
  const results = allResults(plan);
  const bytes = canonicalJson(mergeMetrics(plan, results));
  let state = 7;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let i = 0; i < 20; i++) {
    const shuffled = results
      .map((result) => ({ result, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ result }) => StoredResult.parse(JSON.parse(canonicalJson(result))));
    expect(canonicalJson(mergeMetrics(plan, shuffled))).toBe(bytes);
  }
  expect(MergedMetrics.parse(JSON.parse(bytes))).toEqual(mergeMetrics(plan, results));
});

test("a run's curve is its shards' in step order, and says where each stretch came from", () => {
  const [run] = mergeMetrics(tinyPlan, [...results].reverse()).variants[0]!.runs;
  expect(run).toMatchObject({ seed: 1, state: "finished", trainedSteps: 6, divergedAt: null });
  expect(run?.training.step).toEqual([0, 1, 2, 3, 4, 5]);
  expect(run?.evaluation.step).toEqual([0, 3, 6]);
  expect(run?.provenance.map(({ shard }) => shard)).toEqual([0, 1, 2].map((k) => `tiny.standard-lr0.1.s1.k${k}`));
});

test("a run's measurements are its shards' in step order, histograms and all", () => {
  const { variants } = mergeMetrics(tinyPlan, [...results].reverse());
  const [standard, batch] = variants.map(({ runs }) => runs[0]!.measurements) as [Measurements, Measurements];
  expect(Object.keys(standard)).toEqual(["landscape", "shift", "activations"]);
  expect(Object.keys(batch)).toEqual(["landscape", "shift", "activations", "theorem"]);
  expect(batch.landscape?.step).toEqual([0, 2, 4]);
  expect(batch.activations?.step).toEqual([0, 3]);
  expect(batch.shift?.columns["l2.2"]).toEqual([1.2, 1.22, 1.24]);
  expect(batch.activations?.columns["histogram.8"]).toEqual(Array(2).fill([-1, 1.5, 6, 0, 0, 0]));
});

test("where nothing is classified there are losses, and the bands are empty", () => {
  const { runs, training, evaluation } = mergeMetrics(tinyDeepLinear, allResults(tinyDeepLinear)).variants[0]!;
  expect(runs[0]?.training.loss).toHaveLength(6);
  expect(runs[0]?.evaluation.step).toEqual([]);
  for (const band of [training, evaluation]) expect(band).toEqual({ step: [], n: [], mean: [], low: [], high: [] });
});

test("states and progress: waiting, training, finished, diverged", () => {
  const isIn = (variant: string, seed: number, shards: number) => (result: StoredResult) =>
    result.variant === variant && result.seed === seed && result.provenance.fromStep < shards * 2;
  const diverged = { ...results.find(isIn("batchnorm-lr0.1", 1, 1))!, divergedAt: 1 };
  const some = [...results.filter(isIn("standard-lr0.1", 1, 3)), ...results.filter(isIn("standard-lr0.1", 2, 1)), diverged];
  const { variants, progress } = mergeMetrics(tinyPlan, some);
  expect(variants.map(({ runs }) => runs.map(({ state, trainedSteps }) => [state, trainedSteps]))).toEqual([
    [
      ["finished", 6],
      ["training", 2],
    ],
    [
      ["diverged", 1],
      ["waiting", 0],
    ],
  ]);
  expect(progress).toEqual({
    ...{ steps: 9, stepsPlanned: 24, runsFinished: 2, runs: 4, shards: 5, volunteers: 2 },
    trainMs: 3 * 10.1 + 10.2 + 10.1,
  });
});

describe("the band", () => {
  const one = (seed: number, accuracy: number[], divergedAt: number | null = null): StoredResult => ({
    ...results[0]!,
    seed,
    divergedAt,
    training: { step: accuracy.map((_, i) => i), loss: accuracy.map(() => 1), accuracy },
    evaluation: { step: [], loss: [], accuracy: [] },
  });
  const bandOf = (seeds: number[], ...runs: StoredResult[]) =>
    mergeMetrics({ ...tinyPlan, seeds, variants: tinyPlan.variants.slice(0, 1) }, runs).variants[0]!.training;

  test("is the mean over seeds and its 95 % t interval", () => {
    const { n, mean, low, high } = bandOf([1, 2, 3], one(1, [0.2]), one(2, [0.3]), one(3, [0.4]));
    const want = meanInterval([0.2, 0.3, 0.4]);
    expect(n).toEqual([3]);
    expect(mean[0]).toBeCloseTo(want.mean, 9);
    expect(low[0]).toBeCloseTo(want.low!, 9);
    expect(high[0]).toBeCloseTo(want.high!, 9);
  });

  test("of one seed has no interval; of accuracies it stays within 0 and 1", () => {
    expect(bandOf([1], one(1, [0.5]))).toEqual({ step: [0], n: [1], mean: [0.5], low: [null], high: [null] });
    expect(bandOf([1, 2], one(1, [0]), one(2, [1]))).toMatchObject({ mean: [0.5], low: [0], high: [1] });
  });

  test("counts only runs that have a step, and a diverged run no longer from its divergence on", () => {
    const { step, n, mean } = bandOf([1, 2], one(1, [0.2, 0.4, 0.6]), one(2, [0.4, 0.1], 1));
    expect(step).toEqual([0, 1, 2]);
    expect(n).toEqual([2, 1, 1]);
    expect(mean).toEqual([0.3, 0.4, 0.6]);
  });
});

test("an experiment without results has an empty snapshot, which is a valid one", () => {
  const snapshot = experimentSnapshot(tinyHeader("tiny"), [], { version: 1, now: 0, trainingNow: 0 });
  expect(snapshot).toMatchObject({ lastResultAt: null, publishedAt: "1970-01-01T00:00:00.000Z" });
  expect(snapshot.metrics.variants.map(({ training }) => training.step)).toEqual([[], []]);
});
