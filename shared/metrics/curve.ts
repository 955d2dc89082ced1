/** A quantity over a run's steps; null where it was not a finite number. */
export interface Curve {
  readonly step: readonly number[];
  readonly value: readonly (number | null)[];
}

/** A range over a run's steps; an end is null where it was not finite. */
export interface Band {
  readonly step: readonly number[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

export const mapCurve = ({ step, value }: Curve, change: (value: number) => number): Curve => ({
  step,
  value: value.map((one) => (one === null ? null : finite(change(one)))),
});

/** Centred running mean over so many points (an odd number), fewer at the ends; points without a value are left out of it. */
export function smoothed({ step, value }: Curve, points: number): Curve {
  const half = (points - 1) / 2;
  return {
    step,
    value: value.map((_, i) => {
      const near = value.slice(Math.max(0, i - half), i + half + 1).filter((one) => one !== null);
      return near.length === 0 ? null : near.reduce((sum, one) => sum + one, 0) / near.length;
    }),
  };
}

/** The first step at which the curve is at or above a level; null where it never is. */
export function stepsTo({ step, value }: Curve, level: number): number | null {
  const index = value.findIndex((one) => one !== null && one >= level);
  return step[index] ?? null;
}

/** The curve at a step, straight between two points; null outside, and beside a point without a value. */
export function valueAt({ step, value }: Curve, at: number): number | null {
  const right = step.findIndex((x) => x >= at);
  if (right < 0) return null;
  const [x1, y1] = [step[right]!, value[right] ?? null];
  if (x1 === at) return y1;
  if (right === 0) return null;
  const [x0, y0] = [step[right - 1]!, value[right - 1] ?? null];
  return y0 === null || y1 === null ? null : y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}

/** The points with from <= step <= to. */
export function span({ step, value }: Curve, from: number, to: number): Curve {
  const kept = step.flatMap((x, i) => (x >= from && x <= to ? [i] : []));
  return { step: kept.map((i) => step[i]!), value: kept.map((i) => value[i] ?? null) };
}

export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
