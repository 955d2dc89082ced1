import { median, quantile } from "../math/median.ts";
import { mean } from "../math/statistics.ts";
import { type Band, type Curve, stepsTo, valueAt } from "../metrics/curve.ts";
import type { BandName, CurveName, Source } from "./source.ts";

/** One number of a source; null where it is not there (yet); Infinity for a level that was never reached. */
export type Measure = (source: Source) => number | null;

/** First step with this training accuracy, as a mean over five points. */
export const stepsToAccuracy =
  (level: number): Measure =>
  (source) => {
    const curve = source.smoothAccuracy();
    if (!curve || curve.step.length === 0) return null;
    return stepsTo(curve, level) ?? (source.isOver ? Infinity : null);
  };

/** @param from,to steps of the paper's run; a shorter run's span is the same share of it */
export const meanOver = (name: CurveName, from: number, to: number, layer?: number): Measure =>
  over(from, to, mean, (source) => source.curve(name, layer));

export const medianOver = (name: CurveName, from: number, to: number): Measure =>
  over(from, to, median, (source) => source.curve(name));

/** The value at a step of the paper's run, or at the same share of a shorter one. */
export const valueOf =
  (name: CurveName, step: number): Measure =>
  (source) => {
    const curve = source.curve(name);
    if (!curve || source.end < source.at(step)) return null;
    // Losses are recorded before a step's update: the last record stands one interval before the end.
    return valueAt(curve, source.at(step)) ?? (source.isOver ? (curve.value.at(-1) ?? null) : null);
  };

/** The first point. */
export const startOf =
  (name: CurveName, layer?: number): Measure =>
  (source) =>
    source.curve(name, layer)?.value[0] ?? null;

export const bandStart =
  (name: BandName): Measure =>
  (source) =>
    source.band(name)?.high[0] ?? null;

/** Median, or another quantile, of the band's upper edge. */
export const bandTop = (name: BandName, from: number, to: number, p = 0.5): Measure =>
  over(
    from,
    to,
    (values) => quantile(values, p),
    (source) => edge(source.band(name), (_, high) => high),
  );

/** Median of greatest over least: how wide the band is, whatever its level. */
export const bandRatio = (name: BandName, from: number, to: number, p = 0.5): Measure =>
  over(
    from,
    to,
    (values) => quantile(values, p),
    (source) => edge(source.band(name), (low, high) => high / low),
  );

/** The greatest upper edge of the whole run. */
export const bandPeak = (name: BandName, from: number, to: number): Measure => bandTop(name, from, to, 1);

export const sweepOver = (from: number, to: number): Measure => over(from, to, median, (source) => source.sweep());

/** A statistic over from <= step < to, once the run has come to its end; a diverged run counts with what it has. */
function over(
  from: number,
  to: number,
  statistic: (values: readonly number[]) => number,
  curveOf: (source: Source) => Curve | null,
): Measure {
  return (source) => {
    const curve = curveOf(source);
    if (!curve || (source.end < source.at(to) && !source.isOver)) return null;
    const isIn = (step: number) => step >= source.at(from) && step < source.at(to);
    const values = curve.value.filter((value, i) => value !== null && isIn(curve.step[i]!)) as number[];
    return values.length === 0 ? null : statistic(values);
  };
}

function edge(band: Band | null, of: (low: number, high: number) => number): Curve | null {
  if (!band) return null;
  const value = band.high.map((high, i) => {
    const low = band.low[i] ?? null;
    return high === null || low === null || !Number.isFinite(of(low, high)) ? null : of(low, high);
  });
  return { step: band.step, value };
}
