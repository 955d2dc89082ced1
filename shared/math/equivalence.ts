import { confidenceSequence, halfWidth } from "./confidence-sequence.ts";
import { LEAST_PAIRS } from "./sequential-test.ts";
import { mean, standardDeviation } from "./statistics.ts";

/** Where a test for "no difference that matters" stands. */
export interface EquivalenceSequence {
  readonly n: number;
  /** The first decision, which no later pair takes back. */
  readonly decided: { readonly isEquivalent: boolean; readonly n: number } | null;
}

/**
 * Differences are equivalent to nothing when the anytime-valid interval of their mean lies inside (-delta, delta), and are not when it lies outside.
 * @param differences in an order fixed before they were known
 */
export function equivalenceTest(differences: readonly number[], delta: number, alpha: number): EquivalenceSequence {
  for (let n = LEAST_PAIRS; n <= differences.length; n++) {
    const { low, high } = confidenceSequence(differences.slice(0, n), alpha);
    if (low === null || high === null) continue;
    if (low > -delta && high < delta) return { n: differences.length, decided: { isEquivalent: true, n } };
    if (low >= delta || high <= -delta) return { n: differences.length, decided: { isEquivalent: false, n } };
  }
  return { n: differences.length, decided: null };
}

/**
 * How many more differences would decide, were mean and deviation to stay as they are; Infinity where more than `most` would be needed, or
 * where there are too few to tell.
 */
export function remainingForEquivalence(differences: readonly number[], delta: number, alpha: number, most: number): number {
  const n = differences.length;
  if (equivalenceTest(differences, delta, alpha).decided) return 0;
  if (n < 2) return Math.max(1, LEAST_PAIRS - n);
  const room = Math.abs(delta - Math.abs(mean(differences)));
  const deviation = standardDeviation(differences);
  for (let more = Math.max(1, LEAST_PAIRS - n); more <= most; more++) {
    const half = halfWidth(n + more, deviation, alpha);
    if (half !== null && half < room) return more;
  }
  return Infinity;
}
