import { medianInterval } from "../math/median.ts";
import type { Curve } from "./curve.ts";

/** A quantity over seeds, step by step: median and its distribution-free interval (see medianInterval), null where one seed cannot tell. */
export interface OverSeeds {
  readonly step: readonly number[];
  readonly n: readonly number[];
  readonly median: readonly number[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** Steps that at least one curve has a value at, ascending; n counts the curves that have one there. */
export function overSeeds(curves: readonly Curve[]): OverSeeds {
  const samples = new Map<number, number[]>();
  for (const { step, value } of curves) {
    step.forEach((at, i) => {
      const one = value[i] ?? null;
      if (one === null) return;
      const sample = samples.get(at);
      if (sample) sample.push(one);
      else samples.set(at, [one]);
    });
  }
  const step = [...samples.keys()].sort((a, b) => a - b);
  const rows = step.map((at) => medianInterval(samples.get(at)!));
  return {
    step,
    n: rows.map(({ n }) => n),
    median: rows.map((row) => row.median),
    low: rows.map(({ low }) => low),
    high: rows.map(({ high }) => high),
  };
}
