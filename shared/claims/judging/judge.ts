import { confidenceSequence } from "../../math/confidence-sequence.ts";
import { canonicalJson } from "../../math/json.ts";
import { experiments } from "../../experiments/index.ts";
import { isTrained } from "../../experiments/experiment.ts";
import type { Estimate, Judgement } from "../../protocol/verdicts.ts";
import { type Claim, claimSha256, isLevel } from "./claim.ts";
import { standingOf } from "./decide.ts";
import { alphaOf, type Family, MOST_PAIRS } from "./family.ts";
import { committed, type Pair, pairsOf } from "./pairs.ts";
import type { Readings, RunReading } from "./readings.ts";
import { type ArmRuns, arePaired, armRuns } from "./runs.ts";
import { pairsToStand, standsAt, type Trained, trustIn } from "./trust.ts";

export type { Estimate, Judgement } from "../../protocol/verdicts.ts";
export type Verdict = Judgement["verdict"];

/** Judges a claim by a family's runs; null where the family does not train both of its arms. @param claims how many claims the study has */
export function judge(claim: Claim, readings: readonly Readings[], family: Family, claims: number): Judgement | null {
  const treatment = armRuns(readings, family, claim.treatment);
  const control = isLevel(claim.control) ? null : armRuns(readings, family, claim.control);
  if (!treatment || (!control && !isLevel(claim.control))) return null;
  const isPaperSize = hasPaperSize(treatment);
  const test = { claim, alpha: alphaOf(family, claims), asReported: isPaperSize };
  const paired = !control || arePaired(treatment.spec, control.spec);
  const pairs = paired ? pairsOf(claim, treatment, control) : [];
  const finished = committed(pairs);
  const arms = control ? [treatment, control] : [treatment];
  const runsOf = (seed: number) => arms.flatMap((arm) => arm.run(seed) ?? []);
  const counted = finished.filter(({ state }) => state === "counted").map((pair) => trained(pair, runsOf(pair.seed)));
  const standing = standingOf(test, counted);
  const trust = trustIn(test, counted);
  const stands = standsAt(test, counted);
  const soFar = standing.decided;
  const differences = counted.flatMap(({ difference }) => difference ?? []);
  return {
    claim: claim.id,
    claimSha256: claimSha256(claim),
    ...{ family, alpha: test.alpha, isPaperSize },
    verdict: soFar && stands !== null ? soFar.kind : "undecided",
    why: stands !== null ? null : soFar ? "more-volunteers" : whyNot(paired, pairs),
    ...{ decidedAt: stands, soFar },
    ...{ n: standing.n, wins: standing.wins, ties: finished.filter(({ state }) => state === "tie").length, llr: standing.llr },
    estimate: differences.length > 0 ? estimateOf(claim, confidenceSequence(differences, 0.05)) : null,
    strict: standing.strict && estimateOf(claim, standing.strict),
    remaining:
      stands !== null ? 0 : soFar ? toStand() : Number.isFinite(standing.remaining) ? Math.ceil(standing.remaining) : null,
    fewest: stands !== null ? 0 : soFar ? pairsToStand(trust, standing.n, soFar.n) : standing.fewest,
    ...{ planned: pairs.length, pairs, trust },
    arms: arms.map(({ experiment, variant }) => ({ experiment: experiment.header.id, variant })),
    from: {
      experiments: [...new Set(arms.map(({ experiment }) => experiment))].map(({ header, metricsSha256 }) => ({
        id: header.id,
        metricsSha256,
      })),
      models: [...new Set(counted.flatMap(({ seed }) => runsOf(seed).flatMap((run) => run.models)))].sort(),
    },
  };

  function toStand(): number | null {
    const more = pairsToStand(trust, standing.n, soFar!.n);
    return finished.length + more <= pairs.length ? more : null;
  }
}

function trained(pair: Pair, runs: readonly RunReading[]): Trained {
  const names = (of: (run: RunReading) => readonly string[]) => [...new Set(runs.flatMap(of))];
  return {
    ...pair,
    volunteers: names((run) => run.volunteers),
    vendors: names((run) => run.vendors),
    browsers: names((run) => run.browsers),
  };
}

function whyNot(paired: boolean, pairs: readonly Pair[]): NonNullable<Judgement["why"]> {
  const finished = committed(pairs);
  if (!paired) return "unpaired";
  if (finished.length === 0) return "no-pairs";
  if (finished.every(({ state }) => state === "no-number")) return "no-number";
  return finished.length >= MOST_PAIRS ? "cap" : "more-pairs";
}

const LARGEST = Math.log(Number.MAX_VALUE);

function estimateOf(
  { estimand }: Claim,
  { n, mean, low, high }: { n: number; mean: number; low: number | null; high: number | null },
): Estimate {
  if (estimand.scale === "linear") return { as: "difference", n, mean, low, high };
  // A ratio past what a number holds is an open end.
  const exp = (end: number | null) => (end === null || end > LARGEST ? null : Math.exp(end));
  return { as: "ratio", n, mean: Math.exp(Math.min(mean, LARGEST)), low: exp(low), high: exp(high) };
}

/** The deep linear network is the paper's in either profile, VGG only in one. */
function hasPaperSize({ experiment, spec }: ArmRuns): boolean {
  return experiments.filter(isTrained).some(({ id, plans }) => {
    const { network, steps, batchSize } = plans.paper.spec;
    const same = canonicalJson(network) === canonicalJson(spec.network) && steps === spec.steps && batchSize === spec.batchSize;
    return experiment.header.id.startsWith(`${id}-`) && same;
  });
}
