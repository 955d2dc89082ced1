import { confidenceSequence } from "../../math/confidence-sequence.ts";
import { equivalenceTest, remainingForEquivalence } from "../../math/equivalence.ts";
import { LEAST_PAIRS, fewestPairs, remainingPairs, sequentialTest } from "../../math/sequential-test.ts";
import type { MeanInterval } from "../../math/statistics.ts";
import { type Claim, WEAKER_BELOW } from "./claim.ts";
import { transformed } from "./estimand.ts";
import { MOST_PAIRS } from "./family.ts";
import { committed, type Pair } from "./pairs.ts";

export type DecidedKind = "supported" | "weaker-than-reported" | "refuted";

/** What the counted pairs say about a claim. */
export interface Standing {
  /** Counted pairs. */
  readonly n: number;
  readonly wins: number | null;
  /** Log-likelihood ratio of the sequential test; null for equivalence, which the interval decides. */
  readonly llr: number | null;
  /** Mean difference on the estimand's scale with its anytime-valid interval at the family's error. */
  readonly strict: MeanInterval | null;
  /** The first decision; n: the pairs it took. Later pairs do not take it back. */
  readonly decided: { readonly kind: DecidedKind; readonly n: number } | null;
  /** Pairs that are expected to be needed still, up to the cap; Infinity: more than the cap allows. */
  readonly remaining: number;
  /** Pairs that are needed at the least. */
  readonly fewest: number;
}

/**
 * Judges a claim by its committed pairs, in seed order.
 * @param alpha error of either kind  @param asReported whether the runs are of the paper's size, so that sizes of effects may be compared
 */
export function decide(claim: Claim, pairs: readonly Pair[], alpha: number, asReported: boolean): Standing {
  const counted = committed(pairs).filter(({ state }) => state === "counted");
  const differences = counted.flatMap(({ difference }) => difference ?? []);
  const strict = differences.length > 0 ? confidenceSequence(differences, alpha) : null;
  if (claim.rule.kind === "equivalence") {
    const delta = transformed(claim.estimand, claim.rule.margin);
    const { n, decided } = equivalenceTest(differences, delta, alpha);
    return {
      ...{ n, wins: null, llr: null, strict },
      decided: decided && { kind: decided.isEquivalent ? "supported" : "refuted", n: decided.n },
      remaining: remainingForEquivalence(differences, delta, alpha, MOST_PAIRS - n),
      fewest: decided ? 0 : Math.max(1, LEAST_PAIRS - n),
    };
  }
  const sequence = sequentialTest(
    counted.map(({ won }) => won === true),
    alpha,
  );
  const isSupported = (sequence.decided?.decision === "h1") === (claim.rule.kind === "directional");
  const n = sequence.decided?.n ?? 0;
  const isWeaker = isSupported && asReported && claim.rule.kind === "directional" && isBelowReported(claim, counted, n, alpha);
  return {
    ...{ n: sequence.n, wins: sequence.wins, llr: sequence.llr, strict },
    decided: sequence.decided && { kind: !isSupported ? "refuted" : isWeaker ? "weaker-than-reported" : "supported", n },
    remaining: remainingPairs(sequence, alpha, MOST_PAIRS - sequence.n),
    fewest: fewestPairs(sequence, alpha),
  };
}

/** Whether at any look since the decision the interval ended below the share of the reported effect. */
function isBelowReported(claim: Claim, counted: readonly Pair[], from: number, alpha: number): boolean {
  const reported = reportedEffect(claim);
  if (reported === null || reported === 0) return false;
  for (let n = from; n <= counted.length; n++) {
    const differences = counted.slice(0, n).flatMap(({ difference }) => difference ?? []);
    const { low, high } = confidenceSequence(differences, alpha);
    const most = reported > 0 ? high : low === null ? null : -low;
    if (most !== null && most < WEAKER_BELOW * Math.abs(reported)) return true;
  }
  return false;
}

/** The paper's effect on the estimand's scale: what its text says where that is more than its figure shows; null where it gives none. */
export function reportedEffect({ effect, estimand }: Claim): number | null {
  const reported = effect.text ?? effect.figure;
  return reported === null ? null : transformed(estimand, reported);
}
