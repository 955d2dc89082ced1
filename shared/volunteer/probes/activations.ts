import { histogram } from "../../math/histogram.ts";
import { wasserstein1 } from "../../math/wasserstein.ts";
import type { Numbers } from "../ports.ts";
import { kept, type Row, sumOf } from "./row.ts";
import type { Feed, ProbeSession } from "./session.ts";

/** A layer's activations on one batch: mean and variance of every channel, and all values of the example channel. */
export type Activations = Readonly<Record<string, Numbers>>;

export const activationsOf = (session: ProbeSession, here: Feed): Promise<Activations> => session.numbers("activations", here);

/**
 * How the distributions of activations stand, and how far this step moves them.
 * @param moved after the update, on the same batch  @param next after the update, on the next step's batch
 */
export function activationsRow(session: ProbeSession, now: Activations, moved: Activations, next: Activations): Row {
  const { activationLayers, bins } = session.models;
  const row: Row = {};
  for (const layer of activationLayers) {
    const of = (name: string) => `${name}${layer}`;
    const [mean, variance] = [now[of("mean")]!, now[of("variance")]!];
    const [meanNext, varianceNext] = [next[of("mean")]!, next[of("variance")]!];
    const sample = now[of("sample")]!;
    row[`histogram.${layer}`] = histogramRow(sample, bins);
    row[`mean.${layer}`] = kept(mean[0]!);
    row[`variance.${layer}`] = kept(variance[0]!);
    row[`meanNext.${layer}`] = kept(meanNext[0]!);
    row[`varianceNext.${layer}`] = kept(varianceNext[0]!);
    row[`meanMove.${layer}`] = kept(meanDistance(mean, meanNext));
    row[`varianceMove.${layer}`] = kept(meanDistance(variance, varianceNext));
    row[`wasserstein.${layer}`] = kept(wasserstein1(sample, moved[of("sample")]!));
    row[`deviation.${layer}`] = kept(Math.sqrt(Math.max(0, variance[0]!)));
  }
  return row;
}

const meanDistance = (a: Numbers, b: Numbers): number => sumOf(Float64Array.from(a, (x, i) => Math.abs(x - b[i]!))) / a.length;

/** The range of the values, never empty, and the counts; values that are not finite are left out. */
function histogramRow(sample: Numbers, bins: number): number[] {
  const values = Float64Array.from(sample).filter(Number.isFinite);
  const least = values.reduce((low, x) => Math.min(low, x), Infinity);
  const most = values.reduce((high, x) => Math.max(high, x), -Infinity);
  const [low, high] = [kept(least) ?? 0, kept(most) ?? 0];
  // Values that six digits cannot tell apart, a unit that is dead for one, stand in the middle of a range of their own.
  const range = low < high ? { low, high } : { low: low - 0.5, high: low + 0.5 };
  return [range.low, range.high, ...histogram(values, { ...range, bins }).counts];
}
