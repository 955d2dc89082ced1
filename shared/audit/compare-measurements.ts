import type { Column, Measurements } from "../protocol/measurements.ts";
import type { Zone } from "./thresholds.ts";

/** A quantity of a probe that lies apart. */
export interface Apart {
  /** Relative to the larger of the two, and to what they are measured against at least; of a histogram, the share of its values that stand in another bin. */
  readonly difference: number;
  readonly words: string;
}

/** What is a difference of roundings itself, and agrees with nobody's: how far the two sides of Theorem 4.1 are apart. */
const NOISE = /^residual/;
/** What can be zero though nothing about it is small: differences count in points, as of a cosine or a share. */
const IN_POINTS = /^(cosine|dotPositive|meanShare|dotShare)/;

/**
 * Moments of a layer before its non-linearity: where it is normalized, its mean is zero and its variance the same from batch to batch, and of what is measured there only rounding is left,
 * which agrees with nobody's. Below a share of the layer's spread they count against that share. By name, the power of the variance that has their unit.
 */
const MOMENTS: Readonly<Record<string, number>> = {
  ...{ mean: 0.5, meanNext: 0.5, meanMove: 0.5 },
  ...{ variance: 1, varianceNext: 1, varianceMove: 1 },
};
const SHARE_OF_SPREAD = 1e-3;

/**
 * The columns of which an auditor's measurement along an interval lies farther from the claimed one than is fine, the farthest first.
 * @throws never: what one side lacks is infinitely far
 */
export function measurementsApart(claimed: Measurements, audited: Measurements, { fine }: Zone): Apart[] {
  return Object.entries(claimed)
    .flatMap(([probe, { step, columns }]) =>
      Object.entries(columns).flatMap(([column, values]) => {
        if (NOISE.test(column)) return [];
        const others = audited[probe as keyof Measurements];
        return step.map((at, i): Apart => {
          const row = others?.step.indexOf(at) ?? -1;
          const again = others?.columns[column]?.[row];
          const atLeast = IN_POINTS.test(column) ? 1 : leastUnit(column, others?.columns, row);
          const difference = apart(values[i], again, atLeast);
          const words = `${probe} ${column} at step ${at}: claimed ${shown(values[i])}, measured again ${shown(again)}`;
          return { difference, words };
        });
      }),
    )
    .filter(({ difference }) => !(difference <= fine))
    .sort((a, b) => b.difference - a.difference);
}

type Cell = Column[number] | undefined;

/** What a difference is at least measured against. @param columns the auditor's */
function leastUnit(column: string, columns: Readonly<Record<string, Column>> | undefined, row: number): number {
  const [name = "", layer = ""] = column.split(".");
  const power = MOMENTS[name];
  const variance = columns?.[`variance.${layer}`]?.[row];
  return power !== undefined && typeof variance === "number" ? SHARE_OF_SPREAD * variance ** power : 0;
}

/** @param atLeast what the difference is measured against where both are smaller */
function apart(a: Cell, b: Cell, atLeast: number): number {
  if (a === undefined || b === undefined) return Infinity;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) ? moved(a, b) : Infinity;
  if (a === null || b === null) return a === b ? 0 : Infinity;
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), atLeast);
}

/** The share of a histogram's values that stand in another bin; its ends are measured like any number. */
function moved(
  [low = 0, high = 0, ...counts]: readonly number[],
  [otherLow = 0, otherHigh = 0, ...others]: readonly number[],
): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const other = counts.reduce((sum, count, i) => sum + Math.abs(count - (others[i] ?? 0)), 0) / 2;
  const ends = Math.max(Math.abs(low - otherLow), Math.abs(high - otherHigh)) / Math.max(high - low, otherHigh - otherLow);
  return Math.max(all === 0 ? 0 : other / all, Number.isFinite(ends) ? ends : 0);
}

const shown = (value: Cell) =>
  value === undefined ? "nothing" : Array.isArray(value) ? "a histogram" : value === null ? "not finite" : String(value);
