import type { Claim } from "./claim.ts";
import type { Judgement } from "./judge.ts";
import type { FamilyReport } from "./report.ts";
import type { NeededRun } from "./which-pair.ts";

/** Undecided claims that wait for a run's pair, nearest to a verdict first: what a shard of that run is trained for. */
export function claimsServed(
  reports: readonly FamilyReport[],
  { experiment, variant, seed }: NeededRun,
): { readonly claim: Claim; readonly judgement: Judgement }[] {
  const waits = ({ verdict, arms, pairs }: Judgement) =>
    verdict === "undecided" &&
    arms.some((arm) => arm.experiment === experiment && arm.variant === variant) &&
    pairs.some((pair) => pair.seed === seed && pair.state === "open");
  return reports
    .flatMap(({ judgements }) => judgements.filter(({ judgement }) => waits(judgement)))
    .sort((a, b) => (a.judgement.remaining ?? Infinity) - (b.judgement.remaining ?? Infinity));
}

/** How far a claim is from being settled, for the one who trains for it: "about 12 more pairs of runs settle it". */
export function distanceWords({ remaining, fewest }: Judgement): string {
  const pairs = (count: number) => `${count} more ${count === 1 ? "pair" : "pairs"} of runs`;
  if (remaining === null) return `it takes ${pairs(fewest)} at least, and may stay undecided`;
  return remaining > fewest
    ? `about ${pairs(remaining)} would settle it, ${fewest} at least`
    : `${pairs(fewest)} would settle it`;
}
