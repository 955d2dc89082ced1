import type { Measured } from "../../metrics/column.ts";
import { type Curve, smoothed, stepsTo } from "../../metrics/curve.ts";
import { median } from "../../math/median.ts";
import { mean } from "../../math/statistics.ts";
import type { ProfileName } from "../../protocol/experiment.ts";
import { type Quantity, rule, type Setting } from "./quantity.ts";

/** How a curve becomes one number. Spans are shares of the run's steps, without their first end: (0, 1] leaves step 0 out. */
export type Summary =
  | { readonly kind: "steps-to"; readonly level: Readonly<Record<ProfileName, number>> }
  | { readonly kind: "mean" | "median" | "greatest"; readonly from: number; readonly to: number }
  | { readonly kind: "first" };

/**
 * What is taken of a run: one number, said in advance. Plain data, so that its hash names it.
 * Steps inside a run are not independent of each other: a claim counts runs, never steps.
 */
export interface Estimand {
  readonly quantity: Quantity;
  /** "Layer #k" from 1: the mean over these layers' numbers. */
  readonly layers?: readonly number[];
  readonly summary: Summary;
  /** Ratios are compared as logarithms. */
  readonly scale: "log" | "linear";
}

/** A run's number. `isBound`: the level was not reached, and the number is the run's length. */
export interface RunNumber {
  readonly value: number;
  readonly isBound: boolean;
}

/** Recorded batches over which training accuracy is smoothed before a level is looked for. */
const SMOOTHED = 5;

/** The number that the estimand takes of a run; null where the run has not measured it, or has at other layers or step sizes. */
export function runNumber(estimand: Estimand, run: Measured, setting: Setting, profile: ProfileName): RunNumber | null {
  const numbers = (estimand.layers ?? [0]).map((layer) => {
    const curve = curveOf(estimand, run, setting, layer);
    return curve && summarize(estimand, curve, setting.spec.steps, profile);
  });
  if (!numbers.every((one) => one !== null)) return null;
  return { value: mean(numbers.map(({ value }) => value)), isBound: numbers.some(({ isBound }) => isBound) };
}

function curveOf({ quantity }: Estimand, run: Measured, setting: Setting, layer: number): Curve | null {
  try {
    return rule(quantity).curve(run, setting, layer);
  } catch (error) {
    // A rerun's plan may measure something else: no reason to lose every other verdict of the page.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** One number of one curve; null where it has no point to take it from. @param steps the run's length */
export function summarize({ quantity, summary }: Estimand, curve: Curve, steps: number, profile: ProfileName): RunNumber | null {
  if (curve.step.length === 0) return null;
  switch (summary.kind) {
    case "steps-to": {
      const reached = stepsTo(smoothed(curve, SMOOTHED), summary.level[profile]);
      return { value: reached === null ? steps : Math.max(1, reached), isBound: reached === null };
    }
    case "first":
      return numberOf(present(quantity, curve.value.slice(0, 1)), mean);
    case "mean":
    case "median":
    case "greatest": {
      const inside = curve.value.filter((_, i) => {
        const share = curve.step[i]! / steps;
        return share > summary.from && share <= summary.to;
      });
      return numberOf(present(quantity, inside), TAKE[summary.kind]);
    }
  }
}

/** What was not finite is as bad as can be where the quantity has no other end, and says nothing where it has one. */
function present(quantity: Quantity, values: readonly (number | null)[]): number[] {
  return rule(quantity).worst === Infinity
    ? values.map((value) => value ?? Infinity)
    : values.filter((value): value is number => value !== null);
}

const TAKE = { mean, median, greatest: (values: readonly number[]) => Math.max(...values) };

const numberOf = (values: number[], take: (values: readonly number[]) => number): RunNumber | null =>
  values.length === 0 ? null : { value: take(values), isBound: false };

/** To the scale on which numbers are subtracted. */
export const transformed = ({ scale }: Pick<Estimand, "scale">, value: number): number =>
  scale === "log" ? Math.log(value) : value;

/** The estimand in words, as pages and tables say it. */
export function estimandWords({ quantity, layers, summary }: Estimand, profile: ProfileName | null = null): string {
  const of = `${rule(quantity).words}${layers ? ` (${layers.length > 1 ? "mean of layers" : "layer"} ${layers.map((k) => `#${k}`).join(", ")})` : ""}`;
  switch (summary.kind) {
    case "steps-to": {
      const percent = (level: number) => `${+(level * 100).toFixed(1)} %`;
      const { pilot, paper } = summary.level;
      const level = profile ? percent(summary.level[profile]) : `${percent(paper)} (pilot: ${percent(pilot)})`;
      return `steps until the ${of}, smoothed over ${SMOOTHED} records, is ${level}`;
    }
    case "first":
      return `${of} at step 0`;
    case "mean":
    case "median":
    case "greatest":
      // A quantity may be a greatest value itself.
      return `${summary.kind === "greatest" ? "peak of the" : summary.kind} ${of} over ${spanWords(summary.from, summary.to)}`;
  }
}

function spanWords(from: number, to: number): string {
  const percent = (share: number) => `${+(share * 100).toFixed(1)} %`;
  if (from === 0 && to === 1) return "the run after step 0";
  if (to === 1) return `the last ${percent(1 - from)} of the run`;
  return from === 0 ? `the first ${percent(to)} of the run after step 0` : `${percent(from)} to ${percent(to)} of the run`;
}
