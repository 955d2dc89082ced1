import type { ProbeName } from "../../protocol/probes.ts";

/** One row of a probe's measurement: a number or a histogram for each column; null where it is not finite. */
export type Row = Record<string, number | null | number[]>;
export type Rows = Partial<Record<ProbeName, Row>>;

/** Six significant digits: what a figure shows and what a claim needs, in a third of the bytes. */
export const kept = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null);

export const sumOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
};

/** The sum of square roots: from squares of each variable's norm to the sum of norms. */
export const sumOfRoots = (squares: ArrayLike<number>): number => sumOf(Float64Array.from(squares, Math.sqrt));
