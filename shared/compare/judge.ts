import { medianCoverage, medianInterval } from "../math/median.ts";
import type { Agreement } from "./question.ts";

export type Verdict = "agrees" | "differs" | "undecided" | "no data yet" | "not compared" | "not in the paper";

/** Seeds whose range holds the median with 90 %: fewer can agree with the paper, but not decide an order or a difference. */
export const LEAST_SEEDS = [1, 2, 3, 4, 5, 6].find((n) => medianCoverage(n) >= 0.9)!;

/** Median over seeds and its interval. */
export interface Estimate {
  readonly n: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Null for no values. */
export function estimate(values: readonly number[]): Estimate | null {
  if (values.length === 0) return null;
  const { n, median, low, high } = medianInterval(values);
  return { n, value: median, low, high };
}

/** Whether one network's number agrees with the paper's; to be asked at the paper's size only. Few seeds may agree, they cannot differ. */
export function judgeLevel(paper: number | null, ours: Estimate | null, agreement: Agreement): Verdict {
  if (paper === null) return "not in the paper";
  if (ours === null) return "no data yet";
  if (isNear(ours.value, paper, agreement) || contains(ours, paper)) return "agrees";
  return ours.n < LEAST_SEEDS ? "undecided" : "differs";
}

/** Whether the order of two networks agrees with the paper's. Both are `compared` numbers: 1 (or 0) means equal. */
export function judgeOrder(paper: number | null, ours: Estimate | null, agreement: Agreement): Verdict {
  if (paper === null) return "not in the paper";
  if (ours === null) return "no data yet";
  if (ours.n < LEAST_SEEDS) return "undecided";
  const isPaperTie = isNear(paper, equality(agreement), { ...agreement, level: agreement.tie });
  if (isPaperTie && isNear(ours.value, equality(agreement), agreement)) return "agrees";
  switch (side(ours, paper, agreement)) {
    case 0:
      return "undecided";
    case 1:
      return isPaperTie ? "differs" : "agrees";
    case -1:
      return "differs";
  }
}

/** On which side of equality our whole interval lies: 1 as the paper's number, -1 the other, 0 both. */
export function side({ value, low, high }: Estimate, paper: number, agreement: Agreement): -1 | 0 | 1 {
  const equal = equality(agreement);
  const [from, to] = [low ?? value, high ?? value];
  if (from <= equal && equal <= to) return 0;
  return from > equal === paper > equal ? 1 : -1;
}

const equality = ({ by }: Pick<Agreement, "by">) => (by === "ratio" ? 1 : 0);

/** `a` against `b`: their ratio or difference. Two levels that were both never reached are equal. */
export function compared(a: number, b: number, { by }: Agreement): number {
  if (a === b) return equality({ by });
  return by === "ratio" ? a / b : a - b;
}

function isNear(a: number, b: number, { by, level }: Agreement): boolean {
  if (a === b) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return by === "difference" ? Math.abs(a - b) <= level : a / b <= level && b / a <= level && a / b > 0;
}

const contains = ({ low, high }: Estimate, value: number) => low !== null && high !== null && low <= value && value <= high;
