import { histogram } from "../math/histogram.ts";

/** What one comparison gave over all its cases. */
export type Finding =
  /** Two sides that should be equal: the largest distance, relative to the size of the terms. */
  | {
      readonly kind: "identity";
      readonly what: string;
      readonly cases: number;
      readonly worst: number;
      readonly tolerance: number;
    }
  /** A left side that should not exceed the right one. `proved`: the theory says so; else it is shown how often it fails. */
  | {
      readonly kind: "inequality";
      readonly what: string;
      readonly cases: number;
      readonly fails: number;
      readonly proved: boolean;
    }
  /** A number to know. */
  | { readonly kind: "measure"; readonly what: string; readonly value: number; readonly as: "share" | "ratio" | "error" };

/** How far apart an inequality's sides are over all cases: counts of (right - left) / (|left| + |right|) in equal bins from -1 to 1. */
export interface SlackRow {
  readonly name: string;
  readonly cases: number;
  readonly fails: number;
  readonly counts: readonly number[];
}

/** What a statement's check gave. */
export interface Check {
  readonly findings: readonly Finding[];
  readonly rows: readonly SlackRow[];
  /** In words, chosen by the findings. */
  readonly verdict: string;
}

export const SLACK_BINS = 40;
/** Below this share of the terms, two sides count as equal: rounding decides which is the larger. */
const ROUNDING = 1e-9;

export type Identity = Extract<Finding, { kind: "identity" }>;
export type Inequality = Extract<Finding, { kind: "inequality" }>;

/** Whether a finding is what the theory says. */
export function holds(finding: Finding): boolean {
  switch (finding.kind) {
    case "identity":
      return finding.worst <= finding.tolerance;
    case "inequality":
      return !finding.proved || finding.fails === 0;
    case "measure":
      return Number.isFinite(finding.value);
  }
}

/** @param distance of the two sides of one case, relative to the size of its terms */
export function identity<T>(what: string, tolerance: number, cases: readonly T[], distance: (one: T) => number): Identity {
  const worst = cases.reduce((most, one) => {
    const here = distance(one);
    // NaN compares false with everything and would pass unseen.
    return here <= most ? most : Number.isNaN(here) ? Infinity : here;
  }, 0);
  return { kind: "identity", what, cases: cases.length, worst, tolerance };
}

/** |left - right| / size; 0 where both sides and the size are 0. */
export const apart = (left: number, right: number, size = Math.abs(left) + Math.abs(right)): number =>
  left === right ? 0 : Math.abs(left - right) / size;

/** An inequality over all cases, and its picture. */
export function inequality<T>(
  what: string,
  { proved }: { proved: boolean },
  cases: readonly T[],
  sides: (one: T) => { left: number; right: number },
): { finding: Inequality; row: (name: string) => SlackRow } {
  const slacks = cases.map((one) => slack(sides(one)));
  const fails = slacks.filter((one) => one < 0).length;
  return {
    finding: { kind: "inequality", what, cases: cases.length, fails, proved },
    row: (name) => ({
      name,
      cases: cases.length,
      fails,
      counts: histogram(slacks, { low: -1, high: 1, bins: SLACK_BINS }).counts,
    }),
  };
}

/** From -1 (the left side is much larger) over 0 (equal) to 1 (much smaller). */
function slack({ left, right }: { left: number; right: number }): number {
  const size = Math.abs(left) + Math.abs(right);
  if (!Number.isFinite(size)) return -1;
  return size === 0 || Math.abs(right - left) <= ROUNDING * size ? 0 : (right - left) / size;
}

export const measure = (what: string, as: "share" | "ratio" | "error", value: number): Finding => ({
  kind: "measure",
  what,
  as,
  value,
});

/** The share of cases of which something is true. */
export const shareOf = <T>(cases: readonly T[], test: (one: T) => boolean): number => cases.filter(test).length / cases.length;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
