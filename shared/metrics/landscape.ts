import { column, type Measured } from "./column.ts";
import { type Band, type Curve, finite } from "./curve.ts";

/** How a gradient's length is taken: over all parameters at once, or summed over the variables (what reproduces the paper's scale). */
export type GradientNorm = "global" | "sum";
/** Along the gradient, as the paper, or along random directions of the gradient's length in every variable. */
export type Direction = "gradient" | "random";

const DIFFERENCE = { global: "difference", sum: "differenceSum" } as const;
const prefix = (direction: Direction) => (direction === "random" ? "random." : "");

/**
 * Figures 4a, 9a, 11b, 12b: least and greatest loss at w - m lr g over the multiples m; the loss is without the weight decay's penalty.
 * @param multiples step sizes as multiples of the learning rate; m = 0 is not among them
 */
export function lossBand(run: Measured, multiples: readonly number[], direction: Direction = "gradient"): Band {
  return extremes(multiples.map((m) => column(run, "landscape", `${prefix(direction)}loss@${m}`)));
}

/**
 * The same with the penalty (weight decay / 2) |W|^2 at w added, as the paper's curves seem to have it; along the step it changes by less than
 * can be seen.
 */
export function penalizedLossBand(run: Measured, multiples: readonly number[]): Band {
  const penalty = column(run, "landscape", "penalty").value;
  const { step, low, high } = lossBand(run, multiples);
  const plus = (ends: Band["low"]) => ends.map((end, i) => (end === null ? null : end + (penalty[i] ?? 0)));
  return { step, low: plus(low), high: plus(high) };
}

/** Figures 4b, 9b, 11c, 12c: least and greatest |g' - g| over the multiples. */
export function gradientBand(
  run: Measured,
  multiples: readonly number[],
  norm: GradientNorm,
  direction: Direction = "gradient",
): Band {
  return extremes(multiples.map((m) => column(run, "landscape", `${prefix(direction)}${DIFFERENCE[norm]}@${m}`)));
}

/** Figure 10: |g' - g| at one step size. */
export const gradientDifference = (run: Measured, multiple: number, norm: GradientNorm): Curve =>
  column(run, "landscape", `${DIFFERENCE[norm]}@${multiple}`);

/** Figures 4c, 9c, 11d, 12d: "effective" beta-smoothness, max over m of |g' - g| / (m lr |g|), all lengths global. */
export function effectiveBeta(
  run: Measured,
  multiples: readonly number[],
  learningRate: number,
  direction: Direction = "gradient",
): Curve {
  const norm = column(run, "landscape", "norm");
  const slopes = multiples.map((m) => {
    const { step, value } = column(run, "landscape", `${prefix(direction)}difference@${m}`);
    const slope = (difference: number | null, i: number) =>
      difference === null ? null : finite(difference / (m * learningRate * (norm.value[i] ?? NaN)));
    return { step, value: value.map(slope) };
  });
  const { step, high } = extremes(slopes);
  return { step, value: high };
}

/** The greatest is unknown where any was not finite; the least is that of the finite ones. */
function extremes(curves: readonly Curve[]): Band {
  const step = curves[0]?.step ?? [];
  const rows = step.map((_, i) => curves.map(({ value }) => value[i] ?? null));
  return {
    step,
    low: rows.map((row) => finite(Math.min(...row.filter((one) => one !== null)))),
    high: rows.map((row) => (row.includes(null) ? null : Math.max(...row.filter((one) => one !== null)))),
  };
}
