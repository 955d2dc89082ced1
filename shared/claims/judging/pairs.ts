import type { ProfileName } from "../../protocol/experiment.ts";
import { type Claim, isLevel } from "./claim.ts";
import { type Estimand, runNumber, transformed } from "./estimand.ts";
import { MOST_PAIRS } from "./family.ts";
import { rule } from "./quantity.ts";
import type { ArmRuns } from "./runs.ts";

/** What one run says. `isBound`: the level was not reached. */
export type Side =
  | { readonly kind: "open"; readonly trainedSteps: number }
  | { readonly kind: "measured"; readonly value: number; readonly isBound: boolean }
  | { readonly kind: "diverged"; readonly atStep: number }
  | { readonly kind: "unmeasured" };

/**
 * Both arms of one seed; control is null where the claim compares with a level.
 * counted: in the test. tie: both diverged, both never reached the level, or equal; reported, not counted. no-number: finished, but one side
 * has no number. open: a run is not finished. ahead: finished before a seed that is listed earlier: shown, not counted.
 */
export interface Pair {
  readonly seed: number;
  readonly state: "counted" | "tie" | "no-number" | "open" | "ahead";
  readonly treatment: Side;
  readonly control: Side | null;
  /** Whether the treatment is as the claim's rule says; null where that is not asked or not known. */
  readonly won: boolean | null;
  /** Treatment minus control on the estimand's scale; null where it is not finite. */
  readonly difference: number | null;
}

/**
 * The pairs in the order in which their seeds were listed in advance: pair i counts when pairs 1 to i are finished. In the order of their arrival,
 * runs that end soon because they diverge would decide before the others come.
 * @param control null where the claim compares with a level
 */
export function pairsOf(claim: Claim, treatment: ArmRuns, control: ArmRuns | null, profile: ProfileName): Pair[] {
  const planned = treatment.experiment.experiment.plan.seeds;
  const others = control?.experiment.experiment.plan.seeds;
  const seeds = planned.filter((seed) => !others || others.includes(seed)).slice(0, MOST_PAIRS);
  let isBlocked = false;
  return seeds.map((seed) => {
    const pair = compare(
      claim,
      seed,
      sideOf(claim.estimand, treatment, seed, profile),
      control && sideOf(claim.estimand, control, seed, profile),
      treatment.setting.spec.steps,
    );
    if (pair.state === "open") isBlocked = true;
    return isBlocked && pair.state !== "open" ? { ...pair, state: "ahead" } : pair;
  });
}

/** Pairs up to the first that is not finished. */
export const committed = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.filter(({ state }) => state !== "open" && state !== "ahead");

function sideOf(estimand: Estimand, arm: ArmRuns, seed: number, profile: ProfileName): Side {
  const run = arm.run(seed);
  if (!run || (run.state !== "finished" && run.state !== "diverged"))
    return { kind: "open", trainedSteps: run?.trainedSteps ?? 0 };
  // What is taken at step 0 was measured before anything could diverge.
  if (run.state === "diverged" && estimand.summary.kind !== "first")
    return { kind: "diverged", atStep: run.divergedAt ?? run.trainedSteps };
  const number = runNumber(estimand, run, arm.setting, profile);
  return number === null || Number.isNaN(number.value) ? { kind: "unmeasured" } : { kind: "measured", ...number };
}

function compare(claim: Claim, seed: number, treatment: Side, control: Side | null, steps: number): Pair {
  const pair = (state: Pair["state"], won: boolean | null = null, difference: number | null = null): Pair => ({
    ...{ seed, state, treatment, control, won, difference },
  });
  const sides = control ? [treatment, control] : [treatment];
  if (sides.some(({ kind }) => kind === "open")) return pair("open");
  if (sides.some(({ kind }) => kind === "unmeasured")) return pair("no-number");
  const level: Side | null = isLevel(claim.control) ? { kind: "measured", value: claim.control.level, isBound: false } : null;
  const other = control ?? level!;
  if (control && sides.every((side) => side.kind === "diverged" || (side.kind === "measured" && side.isBound))) {
    // Neither says which is better, unless one diverged and the other only did not arrive.
    if (treatment.kind === other.kind) return pair("tie");
  }
  const raw = standIn(claim.estimand, treatment, steps) - standIn(claim.estimand, other, steps);
  const difference = Number.isFinite(raw) ? raw : null;
  if (claim.rule.kind === "equivalence") return difference === null ? pair("no-number") : pair("counted", null, difference);
  const order = rank(claim.estimand, treatment) - rank(claim.estimand, other);
  if (!(order > 0) && !(order < 0)) return pair("tie", null, difference);
  const side = claim.rule.kind === "directional" ? claim.rule.favours : claim.rule.denies;
  return pair("counted", side === "higher" ? order > 0 : order < 0, difference);
}

/** Where a side stands among all: a diverged run is worse than any other. */
function rank({ quantity, summary }: Estimand, side: Side): number {
  if (side.kind === "measured") return side.value;
  return summary.kind === "steps-to" ? Infinity : rule(quantity).worst;
}

/** A side's number on the scale on which numbers are subtracted: a diverged run's is the worst there is, infinite where there is none. */
function standIn(estimand: Estimand, side: Side, steps: number): number {
  if (side.kind === "measured") return transformed(estimand, side.value);
  const { worst, least } = rule(estimand.quantity);
  return transformed(estimand, estimand.summary.kind === "steps-to" ? steps : (least ?? worst));
}
