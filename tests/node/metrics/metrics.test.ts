import { describe, expect, test } from "vitest";
import { histograms, momentChange, momentDrift, wasserstein } from "../../../shared/metrics/activations.ts";
import {
  effectiveBeta,
  gradientBand,
  gradientDifference,
  lossBand,
  penalizedLossBand,
} from "../../../shared/metrics/landscape.ts";
import { shiftCosine, shiftL2 } from "../../../shared/metrics/shift.ts";
import { testAccuracy, trainAccuracy, trainLoss } from "../../../shared/metrics/training.ts";
import { nothing, run } from "./run.ts";

const step = [0, 50];

test("training and evaluation are read as curves, with gaps where a number was not finite", () => {
  expect(trainAccuracy(run)).toEqual({ step: [0, 10], value: [0.1, 0.5] });
  expect(trainLoss(run)).toEqual({ step: [0, 10], value: [2.3, null] });
  expect(testAccuracy(run)).toEqual({ step: [10], value: [0.4] });
});

describe("the landscape", () => {
  test("bands are the least and the greatest over the multiples; one that was not finite leaves the top open", () => {
    expect(lossBand(run, [0.5, 2])).toEqual({ step, low: [1.5, 0.5], high: [6, null] });
    expect(lossBand(run, [0.5])).toEqual({ step, low: [1.5, 0.5], high: [1.5, 0.5] });
    expect(lossBand(run, [0.5], "random")).toEqual({ step, low: [2.5, 1.5], high: [2.5, 1.5] });
    expect(penalizedLossBand(run, [0.5, 2])).toEqual({ step, low: [2, 0.75], high: [6.5, null] });
    expect(gradientBand(run, [0.5, 2], "global")).toEqual({ step, low: [1, 0.5], high: [3, 8] });
    expect(gradientBand(run, [0.5, 2], "sum")).toEqual({ step, low: [2, 1], high: [5, null] });
    expect(gradientDifference(run, 2, "sum")).toEqual({ step, value: [5, null] });
  });

  test("effective beta is the steepest change of the gradient over the distance gone", () => {
    // Step 0: 1 / (0.5 * 0.1 * 2) = 10 and 3 / (2 * 0.1 * 2) = 7.5; step 50: 0.5 / (0.5 * 0.1 * 4) = 2.5 and 8 / (2 * 0.1 * 4) = 10.
    const { value } = effectiveBeta(run, [0.5, 2], 0.1);
    expect(value[0]).toBeCloseTo(10, 12);
    expect(value[1]).toBeCloseTo(10, 12);
    expect(effectiveBeta(run, [0.5], 0.1).value[1]).toBeCloseTo(2.5, 12);
    expect(effectiveBeta(run, [0.5], 0.1, "random").value[0]).toBeCloseTo(5, 12);
  });

  test("a step size that the plan does not measure is named, with those that it does", () => {
    expect(() => lossBand(run, [3])).toThrow(/landscape: got no column loss@3, want one of loss, .*loss@0.5/);
  });
});

test("covariate shift, as measured", () => {
  expect(shiftL2(run, 5)).toEqual({ step, value: [14, 3] });
  expect(shiftCosine(run, 5)).toEqual({ step, value: [0.1, null] });
});

test("moments change between steps and drift from the first", () => {
  expect(momentChange(run, 2, "mean")).toEqual({ step, value: [0.25, 0.25] });
  expect(momentChange(run, 2, "variance")).toEqual({ step, value: [2, null] });
  expect(momentDrift(run, 2, "mean")).toEqual({ step, value: [0, -0.25] });
  expect(momentDrift(run, 2, "variance")).toEqual({ step, value: [0, 3] });
  expect(wasserstein(run, 2)).toEqual({ step, value: [0.5, 0.5] });
});

test("histograms are read with their ends", () => {
  expect(histograms(run, 2)).toEqual([
    { step: 0, histogram: { low: -1, high: 1, counts: [3, 5] } },
    { step: 50, histogram: { low: -2, high: 2, counts: [4, 4] } },
  ]);
  expect(() => histograms(run, 3)).toThrow("layer 3");
});

test("a run without measurements has empty curves, not errors", () => {
  const empty = { step: [], value: [] };
  expect(trainAccuracy(nothing)).toEqual(empty);
  expect(lossBand(nothing, [1, 2])).toEqual({ step: [], low: [], high: [] });
  expect([
    effectiveBeta(nothing, [1], 0.1),
    shiftL2(nothing, 5),
    momentDrift(nothing, 2, "mean"),
    wasserstein(nothing, 2),
  ]).toEqual([empty, empty, empty, empty]);
  expect(histograms(nothing, 2)).toEqual([]);
});
