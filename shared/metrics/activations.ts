import type { Histogram } from "../math/histogram.ts";
import { column, type Measured } from "./column.ts";
import { type Curve, finite, mapCurve } from "./curve.ts";

export type Moment = "mean" | "variance";

/** Figure 7a: |next - now| of a moment of the example channel's activations, between a step's batch and the next step's. */
export function momentChange(run: Measured, layer: number, moment: Moment): Curve {
  const next = column(run, "activations", `${moment}Next.${layer}`).value;
  const { step, value } = column(run, "activations", `${moment}.${layer}`);
  return { step, value: value.map((now, i) => (now === null ? null : finite(Math.abs((next[i] ?? NaN) - now)))) };
}

/** Figure 7b: how far a moment of the example channel has gone from where it was first measured. */
export function momentDrift(run: Measured, layer: number, moment: Moment): Curve {
  const curve = column(run, "activations", `${moment}.${layer}`);
  const first = curve.value.find((one) => one !== null) ?? NaN;
  return mapCurve(curve, (now) => now - first);
}

/**
 * Covariate shift as it was first meant: the Wasserstein-1 distance between the example channel's values before and after a step's update,
 * same batch, in standard deviations of the values before.
 */
export function wasserstein(run: Measured, layer: number): Curve {
  const deviation = column(run, "activations", `deviation.${layer}`).value;
  const { step, value } = column(run, "activations", `wasserstein.${layer}`);
  return { step, value: value.map((distance, i) => (distance === null ? null : finite(distance / (deviation[i] ?? NaN)))) };
}

/** Figures 1c, 2, 8, 14: histograms of the example channel's values, one for each measured step; empty where there are none (yet). */
export function histograms(run: Measured, layer: number): { readonly step: number; readonly histogram: Histogram }[] {
  const measured = run.measurements.activations;
  const rows = measured?.columns[`histogram.${layer}`];
  if (!measured) return [];
  if (!rows) throw new RangeError(`activations: got no histograms of layer ${layer}, want a layer that the plan measures`);
  return rows.flatMap((row, i) => {
    if (typeof row === "number" || row === null || row.length < 3) return [];
    const [low, high, ...counts] = row;
    return [{ step: measured.step[i]!, histogram: { low: low!, high: high!, counts } }];
  });
}
