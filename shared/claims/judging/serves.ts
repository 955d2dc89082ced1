import type { ClaimServed } from "../../protocol/lease.ts";
import type { Claim } from "./claim.ts";
import type { Judgement } from "./judge.ts";
import { needOf, type NeededRun } from "./which-pair.ts";

/** A claim that waits for runs: what a shard of one of them is trained for. */
export interface Waiting extends ClaimServed {
  readonly arms: readonly { readonly experiment: string; readonly variant: string }[];
  /** Of its pairs that are not finished. */
  readonly seeds: readonly number[];
}

/** The claims that ask for pairs, nearest to a verdict first. */
export function waitingClaims(judged: readonly { readonly claim: Claim; readonly judgement: Judgement }[]): Waiting[] {
  return judged
    .flatMap(({ claim, judgement }): Waiting[] => {
      const { open } = needOf(claim, judgement);
      if (open.length === 0) return [];
      const { remaining, fewest, arms } = judgement;
      return [{ claim: claim.id, sentence: claim.title, remaining, fewest, arms, seeds: open.map(({ seed }) => seed) }];
    })
    .sort((a, b) => (a.remaining ?? Infinity) - (b.remaining ?? Infinity));
}

/** Those that a run's pair is for, as its lease says it. */
export const claimsServed = (waiting: readonly Waiting[], { experiment, variant, seed }: NeededRun): ClaimServed[] =>
  waiting
    .filter(
      ({ arms, seeds }) => seeds.includes(seed) && arms.some((arm) => arm.experiment === experiment && arm.variant === variant),
    )
    .map(({ claim, sentence, remaining, fewest }) => ({ claim, sentence, remaining, fewest }));

/** How far a claim is from being settled, for the one who trains for it: "about 12 more pairs of runs settle it". */
export function distanceWords({ remaining, fewest }: Pick<ClaimServed, "remaining" | "fewest">): string {
  const pairs = (count: number) => `${count} more ${count === 1 ? "pair" : "pairs"} of runs`;
  if (remaining === null) return `it takes ${pairs(fewest)} at least, and may stay undecided`;
  return remaining > fewest
    ? `about ${pairs(remaining)} would settle it, ${fewest} at least`
    : `${pairs(fewest)} would settle it`;
}

/** What a shard is trained for, in a sentence or two: the claim that is nearest to a verdict, and how many more; null where nobody has said. */
export function servesWords(serves: readonly ClaimServed[]): string | null {
  const [first, ...others] = serves;
  if (!first) return null;
  const more =
    others.length === 0 ? "" : ` ${others.length} more ${others.length === 1 ? "claim waits" : "claims wait"} for the same run.`;
  return `${first.claim}, “${first.sentence}”: ${distanceWords(first)}.${more}`;
}
