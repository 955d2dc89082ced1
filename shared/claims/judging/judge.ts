import { confidenceSequence } from "../../math/confidence-sequence.ts";
import { canonicalJson } from "../../math/json.ts";
import { experiments } from "../../experiments/index.ts";
import { isTrained } from "../../experiments/experiment.ts";
import type { StudySnapshot } from "../../protocol/snapshot.ts";
import { type Claim, claimSha256, isLevel } from "./claim.ts";
import { type DecidedKind, decide } from "./decide.ts";
import { alphaOf, type Family, MOST_PAIRS } from "./family.ts";
import { type Trust, trustIn } from "./jackknife.ts";
import { committed, type Pair, pairsOf } from "./pairs.ts";
import { type ArmRuns, arePaired, armRuns } from "./runs.ts";

export type Verdict = DecidedKind | "undecided";

/** A ratio of treatment to control for logarithmic estimands, else their difference; the ends are null (open) where too few pairs can tell. */
export interface Estimate {
  readonly as: "ratio" | "difference";
  readonly n: number;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A claim judged by one family's runs: everything that a page says about it, and what it follows from. */
export interface Judgement {
  readonly claim: string;
  readonly claimSha256: string;
  readonly family: Family;
  readonly alpha: number;
  /** Whether the runs are of the paper's own size: if not, verdicts are the pilot's, and sizes of effects are not compared. */
  readonly isPaperSize: boolean;
  readonly verdict: Verdict;
  /** Why there is none (yet). */
  readonly why: "more-pairs" | "cap" | "no-pairs" | "no-number" | "unpaired" | null;
  /** Counted pairs that the verdict took; null while undecided. */
  readonly decidedAt: number | null;
  readonly n: number;
  readonly wins: number | null;
  readonly ties: number;
  readonly llr: number | null;
  /** For display: anytime-valid at 95 %. */
  readonly estimate: Estimate | null;
  /** The same at the family's error: what equivalence and "weaker than reported" are decided by. */
  readonly strict: Estimate | null;
  /** Whole pairs that are expected to be needed still, at the present estimate; null: more than the cap allows. */
  readonly remaining: number | null;
  /** Whole pairs that are needed at the least. */
  readonly fewest: number;
  /** Pairs whose seeds are listed, up to the cap. */
  readonly planned: number;
  readonly pairs: readonly Pair[];
  readonly trust: Trust;
  /** Where its runs are trained: treatment, then control. */
  readonly arms: readonly { readonly experiment: string; readonly variant: string }[];
  /** What it follows from. */
  readonly from: {
    readonly experiments: readonly { readonly id: string; readonly metricsSha256: string }[];
    readonly models: readonly string[];
  };
}

/** Judges a claim by a family's runs; null where the family does not train both of its arms. @param claims how many claims the study has */
export function judge(claim: Claim, snapshot: StudySnapshot, family: Family, claims: number): Judgement | null {
  const treatment = armRuns(snapshot, family, claim.treatment);
  const control = isLevel(claim.control) ? null : armRuns(snapshot, family, claim.control);
  if (!treatment || (!control && !isLevel(claim.control))) return null;
  const alpha = alphaOf(family, claims);
  const isPaperSize = hasPaperSize(treatment);
  const paired = !control || arePaired(treatment.setting.spec, control.setting.spec);
  const pairs = paired ? pairsOf(claim, treatment, control, family.profile) : [];
  const standing = decide(claim, pairs, alpha, isPaperSize);
  const arms = control ? [treatment, control] : [treatment];
  const runsOf = (seed: number) => arms.flatMap((arm) => arm.run(seed) ?? []);
  const verdict = standing.decided?.kind ?? "undecided";
  const finished = committed(pairs);
  const counted = finished.filter(({ state }) => state === "counted");
  const differences = counted.flatMap(({ difference }) => difference ?? []);
  return {
    claim: claim.id,
    claimSha256: claimSha256(claim),
    ...{ family, alpha, isPaperSize, verdict },
    why: verdict === "undecided" ? whyNot(paired, pairs) : null,
    decidedAt: standing.decided?.n ?? null,
    ...{ n: standing.n, wins: standing.wins, ties: finished.filter(({ state }) => state === "tie").length, llr: standing.llr },
    estimate: differences.length > 0 ? estimateOf(claim, confidenceSequence(differences, 0.05)) : null,
    strict: standing.strict && estimateOf(claim, standing.strict),
    remaining: Number.isFinite(standing.remaining) ? Math.ceil(standing.remaining) : null,
    fewest: standing.fewest,
    ...{ planned: pairs.length, pairs },
    trust: trustIn(claim, pairs, runsOf, alpha, isPaperSize),
    arms: arms.map(({ experiment, variant }) => ({ experiment: experiment.experiment.id, variant })),
    from: {
      experiments: unique(arms.map(({ experiment }) => experiment)).map(({ experiment, metricsSha256 }) => ({
        id: experiment.id,
        metricsSha256,
      })),
      models: unique(
        counted.flatMap(({ seed }) => runsOf(seed).flatMap((run) => run.provenance.map((of) => of.modelSha256))),
      ).sort(),
    },
  };
}

function whyNot(paired: boolean, pairs: readonly Pair[]): NonNullable<Judgement["why"]> {
  const finished = committed(pairs);
  if (!paired) return "unpaired";
  if (finished.length === 0) return "no-pairs";
  if (finished.every(({ state }) => state === "no-number")) return "no-number";
  return finished.length >= MOST_PAIRS ? "cap" : "more-pairs";
}

function estimateOf(
  { estimand }: Claim,
  { n, mean, low, high }: { n: number; mean: number; low: number | null; high: number | null },
): Estimate {
  if (estimand.scale === "linear") return { as: "difference", n, mean, low, high };
  const exp = (end: number | null) => (end === null ? null : Math.exp(end));
  return { as: "ratio", n, mean: Math.exp(mean), low: exp(low), high: exp(high) };
}

/** The deep linear network is the paper's in either profile, VGG only in one. */
function hasPaperSize({ experiment, setting: { spec } }: ArmRuns): boolean {
  return experiments.filter(isTrained).some(({ id, plans }) => {
    const { network, steps, batchSize } = plans.paper.spec;
    const same = canonicalJson(network) === canonicalJson(spec.network) && steps === spec.steps && batchSize === spec.batchSize;
    return experiment.experiment.id.startsWith(`${id}-`) && same;
  });
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
