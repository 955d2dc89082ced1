import type { Pair, Side } from "../../protocol/verdicts.ts";
import { type Claim, isLevel } from "./claim.ts";
import { type Estimand, transformed } from "./estimand.ts";
import { MOST_PAIRS } from "./family.ts";
import { rule } from "./quantity.ts";
import type { ArmRuns } from "./runs.ts";

export type { Pair, Side } from "../../protocol/verdicts.ts";

/**
 * The pairs in the order in which their seeds were listed in advance: pair i counts when pairs 1 to i are finished. In the order of their arrival,
 * runs that end soon because they diverge would decide before the others come.
 * @param control null where the claim compares with a level
 */
export function pairsOf(claim: Claim, treatment: ArmRuns, control: ArmRuns | null): Pair[] {
  const planned = treatment.experiment.header.plan.seeds;
  const others = control?.experiment.header.plan.seeds;
  const seeds = planned.filter((seed) => !others || others.includes(seed)).slice(0, MOST_PAIRS);
  let isBlocked = false;
  return seeds.map((seed) => {
    const pair = compare(
      claim,
      seed,
      sideOf(claim, treatment, seed),
      control && sideOf(claim, control, seed),
      treatment.spec.steps,
    );
    if (pair.state === "open") isBlocked = true;
    return isBlocked && pair.state !== "open" ? { ...pair, state: "ahead" } : pair;
  });
}

/** Pairs up to the first that is not finished. */
export const committed = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.filter(({ state }) => state !== "open" && state !== "ahead");

function sideOf({ id }: Claim, arm: ArmRuns, seed: number): Side {
  const run = arm.run(seed);
  return run?.isOver ? (run.sides[id] ?? { kind: "unmeasured" }) : { kind: "open", trainedSteps: run?.trainedSteps ?? 0 };
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
  if (side.kind === "measured") return side.value ?? Infinity;
  return summary.kind === "steps-to" ? Infinity : rule(quantity).worst;
}

/** A side's number on the scale on which numbers are subtracted: a diverged run's is the worst there is, infinite where there is none. */
function standIn(estimand: Estimand, side: Side, steps: number): number {
  if (side.kind === "measured") return transformed(estimand, side.value ?? Infinity);
  const { worst, least } = rule(estimand.quantity);
  return transformed(estimand, estimand.summary.kind === "steps-to" ? steps : (least ?? worst));
}
