import { describe, expect, test } from "vitest";
import { median, medianCoverage, medianInterval, quantile } from "../../../shared/math/median.ts";
import { smoothed, span, stepsTo, valueAt } from "../../../shared/metrics/curve.ts";
import { overSeeds } from "../../../shared/metrics/over-seeds.ts";

const curve = { step: [0, 10, 20, 30], value: [0, 3, null, 6] };

test("smoothing is centred, narrower at the ends, and leaves gaps out", () => {
  expect(smoothed(curve, 3).value).toEqual([1.5, 1.5, 4.5, 6]);
  expect(smoothed(curve, 1)).toEqual(curve);
});

test("a level is reached at the first step at or above it, or never", () => {
  expect([stepsTo(curve, 3), stepsTo(curve, 5), stepsTo(curve, 7)]).toEqual([10, 30, null]);
});

test("between two points a curve is straight, beside a gap and outside it has no value", () => {
  expect([valueAt(curve, 0), valueAt(curve, 5), valueAt(curve, 15), valueAt(curve, 31)]).toEqual([0, 1.5, null, null]);
  expect(span(curve, 10, 20)).toEqual({ step: [10, 20], value: [3, null] });
});

describe("the median of seeds", () => {
  test("and other quantiles", () => {
    expect([median([3, 1, 2]), median([1, 2, 3, 4]), median([1, Infinity, Infinity]), median([])]).toEqual([
      2,
      2.5,
      Infinity,
      NaN,
    ]);
    expect(quantile([1, 2, 3, 4, 5], 0.95)).toBeCloseTo(4.8, 12);
  });

  test("its interval's coverage is the binomial's", () => {
    expect([2, 3, 4, 5, 6].map((n) => medianCoverage(n))).toEqual([0.5, 0.75, 0.875, 0.9375, 0.96875]);
    expect(medianCoverage(8, 2)).toBeCloseTo(1 - 18 / 256, 12);
  });

  test("is narrower than the range only where the coverage allows it", () => {
    expect(medianInterval([7])).toEqual({ n: 1, median: 7, low: null, high: null });
    expect(medianInterval([5, 1, 3])).toEqual({ n: 3, median: 3, low: 1, high: 5 });
    expect(medianInterval([1, 2, 3, 4, 5, 6, 7, 8])).toEqual({ n: 8, median: 4.5, low: 2, high: 7 });
    expect(medianInterval([1, 2, 3, 4, 5, 6, 7, 8], 0.95)).toEqual({ n: 8, median: 4.5, low: 1, high: 8 });
  });

  test("is taken step by step over the curves that have a value there", () => {
    const other = { step: [0, 10, 20], value: [2, 5, 8] };
    expect(overSeeds([curve, other])).toEqual({
      step: [0, 10, 20, 30],
      n: [2, 2, 1, 1],
      median: [1, 4, 8, 6],
      low: [0, 3, null, null],
      high: [2, 5, null, null],
    });
    expect(overSeeds([])).toEqual({ step: [], n: [], median: [], low: [], high: [] });
  });
});
