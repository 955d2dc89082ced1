import { describe, expect, test } from "vitest";
import { confidenceSequence, halfWidth } from "../../../shared/math/confidence-sequence.ts";
import { equivalenceTest, remainingForEquivalence } from "../../../shared/math/equivalence.ts";
import { normal, uniform } from "../../../shared/math/random.ts";
import { meanInterval } from "../../../shared/math/statistics.ts";

const share = (repeats: number, is: (repeat: number) => boolean) =>
  Array.from({ length: repeats }, (_, i) => i).filter(is).length / repeats;
const sample = (repeat: number, count: number, mean = 0) => [...normal(repeat, "differences", 0, count)].map((x) => x + mean);
/** Whether an interval, looked at after every value, ever left out the truth. */
const everMissed = (
  values: readonly number[],
  truth: number,
  interval: (some: readonly number[]) => { low: number | null; high: number | null },
) =>
  values.some((_, i) => {
    const { low, high } = interval(values.slice(0, i + 1));
    return low !== null && high !== null && (low > truth || high < truth);
  });

test("the half-width is the formula's, and infinite while kappa is too large", () => {
  // n = 6, alpha = 0.05: kappa = (25 / 0.0025)^(1/6) = 10000^(1/6).
  const kappa = 10_000 ** (1 / 6);
  expect(halfWidth(6, 2, 0.05)).toBeCloseTo(2 * Math.sqrt(((5 / 6) * (kappa - 1)) / (1 - kappa / 25)), 12);
  expect(halfWidth(3, 1, 0.05)).toBeNull();
  expect(halfWidth(4, 1, 0.05)).not.toBeNull();
  expect(confidenceSequence([5], 0.05)).toEqual({ n: 1, mean: 5, low: null, high: null });
});

describe("looked at after every pair up to 100", () => {
  test("it misses the truth in at most 5 % of sequences, where the ordinary t interval misses it in a third", () => {
    const repeats = 600;
    const anytime = share(repeats, (i) => everMissed(sample(i, 100), 0, (some) => confidenceSequence(some, 0.05)));
    const ordinary = share(repeats / 6, (i) => everMissed(sample(i, 100), 0, (some) => meanInterval(some)));
    expect(anytime).toBeGreaterThan(0);
    expect(anytime).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / repeats));
    expect(ordinary).toBeGreaterThan(0.25);
  });

  test("it is not made for bimodal data, where some runs diverge: that is why it never decides a directional claim", () => {
    const repeats = 600;
    const bimodal = (i: number) => [...uniform(i, "bimodal", 0, 100)].map((u) => (u < 0.1 ? 10 : 0));
    expect(share(repeats, (i) => everMissed(bimodal(i), 1, (some) => confidenceSequence(some, 0.05)))).toBeGreaterThan(0.1);
  });
});

describe("equivalence", () => {
  test("is decided by where the interval lies, and the first decision stands", () => {
    expect(
      equivalenceTest(
        sample(1, 40).map((x) => x / 100),
        0.1,
        0.05,
      ).decided?.isEquivalent,
    ).toBe(true);
    expect(equivalenceTest(sample(1, 40, 3), 1, 0.05).decided?.isEquivalent).toBe(false);
    expect(equivalenceTest(sample(1, 40, 0.5), 0.6, 0.05).decided).toBeNull();
    const turned = [...sample(1, 10).map((x) => x / 100), ...sample(2, 30, 5)];
    expect(equivalenceTest(turned, 0.1, 0.05).decided?.isEquivalent).toBe(true);
  });

  test("is wrongly found in at most alpha of sequences whose mean lies on the margin", () => {
    const repeats = 600;
    const wrong = share(repeats, (i) => equivalenceTest(sample(i, 60, 1), 1, 0.05).decided?.isEquivalent === true);
    expect(wrong).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / repeats));
  });

  test("needs as many more pairs as the interval takes to become narrow enough", () => {
    const few = sample(3, 6).map((x) => x / 10);
    const rest = remainingForEquivalence(few, 0.12, 0.05, 200);
    expect(rest).toBeGreaterThan(1);
    expect(remainingForEquivalence(few, 0.1, 0.05, 200)).toBeGreaterThan(rest);
    expect(remainingForEquivalence(few, 10, 0.05, 200)).toBe(0);
    expect(remainingForEquivalence([], 1, 0.05, 200)).toBe(6);
    expect(remainingForEquivalence(sample(3, 6, 1), 1, 0.05, 20)).toBe(Infinity);
  });
});
