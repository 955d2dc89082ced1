import { describe, expect, test } from "vitest";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { trainingSpec } from "../../../shared/experiments/experiment.ts";
import type { Plan } from "../../../shared/protocol/experiment.ts";
import type { Lease } from "../../../shared/protocol/lease.ts";
import { measurementColumns, Measurements, type Measurement } from "../../../shared/protocol/measurements.ts";
import type { ProbeName } from "../../../shared/protocol/probes.ts";
import { checkMeasurements } from "../../../workers/coordinator/check-measurements.ts";
import { isHistogram, rangeOf } from "../../../workers/coordinator/column-ranges.ts";
import { plannedRuns, shardOf } from "../../../workers/coordinator/work-generator.ts";
import { rangeOf as shardRange, resultOf, tinyDeepLinear, tinyPlan } from "../../workerd/tiny.ts";

/** The BatchNorm run of seed 1, its shard of steps 2 and 3; the deep linear one in one shard of 6 steps. */
function setUp(plan: Plan, index = 1) {
  const shard = shardOf("tiny", plan, plannedRuns(plan)[1]!, shardRange(plan, index));
  const spec = trainingSpec(plan, shard.variant, shard.seed);
  const good = resultOf({ spec, shard, modelSha256: "a".repeat(64), startCheckpoint: null } as unknown as Lease);
  return { shard, spec, good };
}
const vgg = setUp(tinyPlan);
const deepLinear = setUp({ ...tinyDeepLinear, shardSteps: 6 }, 0);

type Change = (good: Measurements) => Measurements;
const faults = ({ shard, spec, good }: typeof vgg, change: Change, divergedAt: number | null = null) =>
  checkMeasurements({ ...good, divergedAt, measurements: change(structuredClone(good.measurements)) }, shard, spec).map(
    ({ path, message }) => `${path}: ${message}`,
  );
const put =
  (probe: ProbeName, column: string, row: number, value: Measurement["columns"][string][number]): Change =>
  (good) => {
    (good[probe]!.columns[column] as unknown[])[row] = value;
    return good;
  };

test("the parts of a run that fit their specs have no faults, and parse", () => {
  for (const plan of [tinyPlan, tinyDeepLinear, ...trainedExperiments.map(({ plans }) => plans.pilot)]) {
    for (const index of [0, 1]) {
      const part = setUp(plan, index);
      expect(faults(part, (good) => good)).toEqual([]);
      expect(Measurements.parse(part.good.measurements)).toEqual(part.good.measurements);
    }
  }
});

test("every column that a spec can ask for has a range", () => {
  for (const { plans } of trainedExperiments) {
    for (const { normalization } of plans.paper.variants) {
      const columns = Object.values(measurementColumns({ ...plans.paper.spec, normalization })).flat();
      expect(columns.length).toBeGreaterThan(50);
      for (const column of columns) if (!isHistogram(column)) expect(rangeOf(column)[0]).toBeLessThan(rangeOf(column)[1]);
    }
  }
  expect(() => rangeOf("temperature.3")).toThrow("temperature.3: got no range of temperature");
});

test("a number that was not finite is null, wherever it stands", () => {
  expect(faults(deepLinear, put("landscape", "loss@1", 0, null))).toEqual([]);
  expect(faults(deepLinear, put("shift", "normAfter.3", 2, null))).toEqual([]);
});

test("a probe that is due at no step of the shard may be missing, or be there without rows", () => {
  const quiet = setUp({ ...tinyPlan, shardSteps: 1 }, 1);
  expect(quiet.good.measurements.theorem?.step).toEqual([]);
  expect(faults(quiet, (good) => good)).toEqual([]);
  expect(faults(quiet, () => ({}))).toEqual([]);
});

describe("a fault names path, got and want:", () => {
  const rows: [string, typeof vgg, Change, string][] = [
    [
      "a probe missing",
      vgg,
      ({ shift: _, ...rest }) => rest,
      "measurements.shift: got nothing, want rows of 1 steps from 2 on, which the spec asks for",
    ],
    [
      "a probe too many",
      { ...vgg, spec: { ...vgg.spec, normalization: "none" } },
      (good) => good,
      "measurements.theorem: got a measurement, want none, because the spec does not ask for it",
    ],
    [
      "a column missing",
      vgg,
      (good) => {
        delete good.shift!.columns["l2.2"];
        return good;
      },
      'measurements.shift.columns["l2.2"]: got nothing, want this column',
    ],
    [
      "a column too many",
      vgg,
      (good) => ({ ...good, shift: { ...good.shift!, columns: { ...good.shift!.columns, "l2.3": [1] } } }),
      'measurements.shift.columns["l2.3"]: got a column, want none of this name',
    ],
    [
      "a row of another step",
      vgg,
      (good) => ({ ...good, shift: { ...good.shift!, step: [3] } }),
      "measurements.shift.step[0]: got 3, want 2",
    ],
    [
      "a row missing",
      vgg,
      (good) => ({ ...good, theorem: cut(good.theorem!, 0) }),
      "measurements.theorem.step[0]: got no more rows, want 2",
    ],
    ["a norm below 0", vgg, put("shift", "norm.2", 0, -1), 'measurements.shift.columns["norm.2"][0]: got -1, want 0 or more'],
    [
      "a loss below 0",
      deepLinear,
      put("landscape", "random.loss@1", 1, -2),
      'measurements.landscape.columns["random.loss@1"][1]: got -2, want 0 or more',
    ],
    [
      "a cosine that is none",
      deepLinear,
      put("shift", "cosine.1", 3, 1.01),
      'measurements.shift.columns["cosine.1"][3]: got 1.01, want -1.001 to 1.001',
    ],
    [
      "a share above 1",
      vgg,
      put("theorem", "meanShare.3", 0, 1.5),
      'measurements.theorem.columns["meanShare.3"][0]: got 1.5, want 0 to 1.001',
    ],
    [
      "a share of units above 1",
      vgg,
      put("theorem", "dotPositive.1", 0, 1.001),
      'measurements.theorem.columns["dotPositive.1"][0]: got 1.001, want 0 to 1',
    ],
    [
      "digits without meaning",
      vgg,
      put("shift", "l2.2", 0, 0.3200000001),
      'measurements.shift.columns["l2.2"][0]: got 0.3200000001, want six significant digits, 0.32',
    ],
    [
      "a histogram among numbers",
      vgg,
      put("shift", "l2.2", 0, [1, 2]),
      'measurements.shift.columns["l2.2"][0]: got [1,2], want a number or null',
    ],
    [
      "a number among histograms",
      vgg,
      put("activations", "histogram.1", 0, 7),
      'measurements.activations.columns["histogram.1"][0]: got 7, want a histogram: [low, high, ...counts]',
    ],
    [
      "too few bins",
      vgg,
      put("activations", "histogram.8", 0, [0, 1, 6, 0, 0]),
      'measurements.activations.columns["histogram.8"][0]: got 5 numbers, want 6: low, high and 4 counts',
    ],
    [
      "a count that is none",
      vgg,
      put("activations", "histogram.1", 0, [-1, 1.5, 5.5, 0.5, 0, 0]),
      'measurements.activations.columns["histogram.1"][0][2]: got 5.5, want a count: a whole number of 0 or more',
    ],
    [
      "an empty range",
      vgg,
      put("activations", "histogram.1", 0, [0.125, 0.125, 6, 0, 0, 0]),
      'measurements.activations.columns["histogram.1"][0]: got [0.125,0.125], want low < high',
    ],
    [
      "values that are no multiple of the batch",
      deepLinear,
      put("activations", "histogram.1", 0, [-1, 1.5, 17, 0, 0, 0]),
      'measurements.activations.columns["histogram.1"][0]: got 17, want counts of a multiple of the batch of 16 values',
    ],
    [
      "values lost on the way",
      deepLinear,
      put("activations", "histogram.1", 1, [-1, 1.5, 16, 0, 0, 0]),
      'measurements.activations.columns["histogram.1"][1]: got 16, want counts of 48 values, as in the first row',
    ],
    [
      "a sum of norms below the norm",
      vgg,
      put("landscape", "normSum", 0, 1.1),
      'measurements.landscape.columns["normSum"][0]: got 1.1, want 1.2 or more (no less than norm)',
    ],
    [
      "a sum of differences below the difference",
      deepLinear,
      put("landscape", "random.differenceSum@1", 2, 0.2),
      'measurements.landscape.columns["random.differenceSum@1"][2]: got 0.2, want 0.25 or more (no less than the norm of the whole)',
    ],
    [
      "a landscape around other weights",
      vgg,
      put("landscape", "loss", 0, 0.7),
      'measurements.landscape.columns["loss"][0]: got 0.7, want 0.54615 or more and 0.60385 or less (this step\'s training loss)',
    ],
    [
      "a difference longer than both gradients",
      vgg,
      put("shift", "l2.2", 0, 3),
      'measurements.shift.columns["l2.2"][0]: got 3, want 0.1 or more and 2.3 or less (norm and normAfter are the other sides of a triangle)',
    ],
    [
      "a mean outside of its histogram",
      deepLinear,
      put("activations", "mean.2", 0, 1.7),
      'measurements.activations.columns["mean.2"][0]: got 1.7, want -1 or more and 1.5 or less (the ends of its histogram)',
    ],
    [
      "a deviation that is not the variance's root",
      deepLinear,
      put("activations", "deviation.2", 0, 4),
      'measurements.activations.columns["deviation.2"][0]: got 4, want 2 or more and 2 or less (the root of variance)',
    ],
  ];
  test.each(rows)("%s", (_what, part, change, want) => {
    expect(faults(part, change)).toContain(want);
  });
});

describe("a run that diverged at step 2, where probes were due", () => {
  const upTo =
    (rows: number): Change =>
    (good) =>
      Object.fromEntries(Object.entries(good).map(([name, measurement]) => [name, cut(measurement, rows)]));
  const until =
    (step: number): Change =>
    (good) =>
      Object.fromEntries(
        Object.entries(good).map(([name, measurement]) => [
          name,
          cut(measurement, measurement.step.filter((t) => t < step).length),
        ]),
      );

  test("has rows up to there, and a row of step 2 itself or none", () => {
    expect(faults(deepLinear, until(2), 2)).toEqual([]);
    expect(faults(deepLinear, until(3), 2)).toEqual([]);
    expect(faults(deepLinear, upTo(0), 2)).toContain("measurements.shift.step[0]: got no more rows, want 0");
  });

  test("has none of later steps", () => {
    expect(faults(deepLinear, until(4), 2)).toContain("measurements.shift.step[2]: got 2, want no more than 2 rows");
  });

  test("may have lost values of the histogram of that step", () => {
    const lost = put("activations", "histogram.1", 1, [-1, 1.5, 16, 1, 0, 0]);
    expect(faults(deepLinear, (good) => until(4)(lost(good)), 3)).toEqual([]);
    expect(faults(deepLinear, lost)).toHaveLength(2);
  });
});

/** The first rows of a measurement. */
function cut({ step, columns }: Measurement, rows: number): Measurement {
  const kept = Object.entries(columns).map(([name, values]) => [name, values.slice(0, rows)]);
  return { step: step.slice(0, rows), columns: Object.fromEntries(kept) as Measurement["columns"] };
}
