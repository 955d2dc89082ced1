import { type Curve, smoothed, valueAt } from "../metrics/curve.ts";

/** Steps by which a point may have been read beside its place. */
const MISREAD = 10;

/**
 * A digitised curve at the steps at which it was logged, 0, every, 2 every, ...: reading dropped points on straight lines, which would count
 * less in a mean, and moved others by a few steps.
 */
export function logged({ step, value }: Curve, every: number): Curve {
  const place = (at: number) => {
    const nearest = Math.round(at / every) * every;
    return Math.abs(at - nearest) <= MISREAD ? nearest : at;
  };
  return sampled({ step: step.map(place), value }, every);
}

/** A curve at multiples of `every` from its first point to its last; between its points it is straight. */
export function sampled(curve: Curve, every: number): Curve {
  const [first, last] = [curve.step[0] ?? 0, curve.step.at(-1) ?? -1];
  const from = Math.ceil(first / every);
  const step = Array.from({ length: Math.max(0, Math.floor(last / every) - from + 1) }, (_, i) => (from + i) * every);
  return { step, value: step.map((at) => valueAt(curve, at)) };
}

/** Mean over five points, `every` steps apart; null for no curve. */
export const smoothedEvery = (curve: Curve | null, every: number): Curve | null => curve && smoothed(sampled(curve, every), 5);
