import { describe, expect, test } from "vitest";
import {
  logGamma,
  mean,
  meanInterval,
  regularizedIncompleteBeta,
  standardDeviation,
  studentTQuantile,
} from "../../../shared/math/statistics.ts";

describe("Student's t quantile", () => {
  // Printed tables (e.g. NIST/SEMATECH e-Handbook 1.3.6.7.2), three decimals.
  test.each([
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 3, 3.182],
    [0.975, 4, 2.776],
    [0.975, 9, 2.262],
    [0.975, 30, 2.042],
    [0.975, 100, 1.984],
    [0.95, 5, 2.015],
    [0.995, 2, 9.925],
    [0.999, 7, 4.785],
  ])("p = %d with %d degrees of freedom is %d", (p, df, want) => {
    expect(studentTQuantile(p, df)).toBeCloseTo(want, 3);
  });

  test("agrees with the closed forms for 1 and 2 degrees of freedom", () => {
    for (const p of [0.51, 0.6, 0.9, 0.975, 0.999]) {
      expect(studentTQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 9);
      expect(studentTQuantile(p, 2)).toBeCloseTo((2 * p - 1) / Math.sqrt(2 * p * (1 - p)), 10);
    }
  });

  test("is odd about one half", () => {
    expect(studentTQuantile(0.5, 3)).toBe(0);
    expect(studentTQuantile(0.025, 3)).toBe(-studentTQuantile(0.975, 3));
  });

  test.each([
    [0, 3],
    [1, 3],
    [Number.NaN, 3],
    [0.9, 0],
  ])("refuses p = %d with %d degrees of freedom, in words", (p, df) => {
    expect(() => studentTQuantile(p, df)).toThrow(/t quantile: got .* want/);
  });
});

describe("special functions", () => {
  test("ln gamma of an integer is the log of a factorial", () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 10);
      factorial *= n;
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  });

  test("the incomplete beta agrees with its closed forms and its symmetry", () => {
    for (const x of [0.05, 0.3, 0.5, 0.8, 0.99]) {
      expect(regularizedIncompleteBeta(x, 1, 3)).toBeCloseTo(1 - (1 - x) ** 3, 12);
      expect(regularizedIncompleteBeta(x, 4, 1)).toBeCloseTo(x ** 4, 12);
      expect(regularizedIncompleteBeta(x, 2.5, 1.5) + regularizedIncompleteBeta(1 - x, 1.5, 2.5)).toBeCloseTo(1, 12);
    }
    expect(regularizedIncompleteBeta(0, 2, 3)).toBe(0);
    expect(regularizedIncompleteBeta(1, 2, 3)).toBe(1);
  });
});

describe("mean and interval", () => {
  test("one value has a mean and no interval", () => {
    expect(meanInterval([0.25])).toEqual({ n: 1, mean: 0.25, low: null, high: null });
  });

  test("three values: mean ± t s / sqrt(n)", () => {
    const { n, mean: centre, low, high } = meanInterval([1, 2, 3]);
    expect([n, centre]).toEqual([3, 2]);
    expect(high).toBeCloseTo(2 + 0.95 / Math.sqrt(2 * 0.975 * 0.025) / Math.sqrt(3), 10);
    expect(low).toBeCloseTo(2 - 0.95 / Math.sqrt(2 * 0.975 * 0.025) / Math.sqrt(3), 10);
  });

  test("equal values have an interval of no width", () => {
    expect(meanInterval([0.5, 0.5, 0.5])).toEqual({ n: 3, mean: 0.5, low: 0.5, high: 0.5 });
    expect(standardDeviation([2, 4])).toBeCloseTo(Math.SQRT2, 12);
    expect(mean([1, 2, 6])).toBe(3);
  });

  test("95 of 100 intervals cover the true mean of a normal sample, within chance", () => {
    // Deterministic normal deviates: Box-Muller on a linear congruential sequence.
    let state = 1;
    const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    let covered = 0;
    for (let i = 0; i < 4000; i++) {
      const { low, high } = meanInterval(Array.from({ length: 4 }, normal));
      if (low !== null && high !== null && low <= 0 && 0 <= high) covered++;
    }
    expect(covered / 4000).toBeGreaterThan(0.935);
    expect(covered / 4000).toBeLessThan(0.965);
  });
});
