import { confidenceSequence } from "../../math/confidence-sequence.ts";
import { equivalenceTest, remainingForEquivalence } from "../../math/equivalence.ts";
import { LEAST_PAIRS, fewestPairs, remainingPairs, sequentialTest } from "../../math/sequential-test.ts";
import type { MeanInterval } from "../../math/statistics.ts";
import type { DecidedKind } from "../../protocol/verdicts.ts";
import { type Claim, WEAKER_BELOW } from "./claim.ts";
import { transformed } from "./estimand.ts";
import { MOST_PAIRS } from "./family.ts";
import type { Pair } from "./pairs.ts";

export type { DecidedKind } from "../../protocol/verdicts.ts";

/** What the test has decided; n: the pairs it took. Later pairs do not take it back. */
export interface Decision {
  readonly kind: DecidedKind;
  readonly n: number;
}

/** How a claim is tested. `alpha`: error of either kind. `asReported`: whether the runs are of the paper's size, so that sizes of effects may be compared. */
export interface Test {
  readonly claim: Claim;
  readonly alpha: number;
  readonly asReported: boolean;
}

/** What the counted pairs say about a claim. */
export interface Standing {
  readonly n: number;
  readonly wins: number | null;
  /** Log-likelihood ratio of the sequential test; null for equivalence, which the interval decides. */
  readonly llr: number | null;
  /** Mean difference on the estimand's scale with its anytime-valid interval at the family's error. */
  readonly strict: MeanInterval | null;
  readonly decided: Decision | null;
  /** Pairs that are expected to be needed still, up to the cap; Infinity: more than the cap allows. */
  readonly remaining: number;
  /** Pairs that are needed at the least. */
  readonly fewest: number;
}

/** @param counted pairs in seed order */
export function standingOf(test: Test, counted: readonly Pair[]): Standing {
  const { claim, alpha } = test;
  const decided = decision(test, counted);
  const differences = differencesOf(counted);
  const strict = differences.length > 0 ? confidenceSequence(differences, alpha) : null;
  if (claim.rule.kind === "equivalence") {
    const n = differences.length;
    const delta = transformed(claim.estimand, claim.rule.margin);
    return {
      ...{ n, wins: null, llr: null, strict, decided },
      remaining: decided ? 0 : remainingForEquivalence(differences, delta, alpha, MOST_PAIRS - n),
      fewest: decided ? 0 : Math.max(1, LEAST_PAIRS - n),
    };
  }
  const sequence = sequentialTest(winsOf(counted), alpha);
  return {
    ...{ n: sequence.n, wins: sequence.wins, llr: sequence.llr, strict, decided },
    remaining: remainingPairs(sequence, alpha, MOST_PAIRS - sequence.n),
    fewest: fewestPairs(sequence, alpha),
  };
}

/** The test's decision alone, or null. @param counted pairs in seed order */
export function decision({ claim, alpha, asReported }: Test, counted: readonly Pair[]): Decision | null {
  if (claim.rule.kind === "equivalence") {
    const { decided } = equivalenceTest(differencesOf(counted), transformed(claim.estimand, claim.rule.margin), alpha);
    return decided && { kind: decided.isEquivalent ? "supported" : "refuted", n: decided.n };
  }
  const { decided } = sequentialTest(winsOf(counted), alpha);
  if (!decided) return null;
  const isDirectional = claim.rule.kind === "directional";
  if ((decided.decision === "h1") !== isDirectional) return { kind: "refuted", n: decided.n };
  const isWeaker = asReported && isDirectional && isBelowReported(claim, counted, decided.n, alpha);
  return { kind: isWeaker ? "weaker-than-reported" : "supported", n: decided.n };
}

const winsOf = (counted: readonly Pair[]) => counted.map(({ won }) => won === true);
const differencesOf = (counted: readonly Pair[]) => counted.flatMap(({ difference }) => difference ?? []);

/** Whether at any look since the decision the interval ended below the share of the reported effect. */
function isBelowReported(claim: Claim, counted: readonly Pair[], from: number, alpha: number): boolean {
  const reported = reportedEffect(claim);
  if (reported === null || reported === 0) return false;
  for (let n = from; n <= counted.length; n++) {
    const { low, high } = confidenceSequence(differencesOf(counted.slice(0, n)), alpha);
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
