import { MovementSum } from "../../shared/audit/movement.ts";
import type { Interval, Trained } from "./train.ts";

/** How far two trainings of one interval lie apart, in the numbers that thresholds are about. */
export interface Agreement {
  /** Largest relative difference among the first 3, and 5, losses. */
  readonly opening3: number;
  readonly opening5: number;
  /** Relative l2 distance of the weights after the window. */
  readonly window: number;
  readonly cosine: number;
  readonly ratio: number;
  /** Relative difference of the mean loss of every tenth step, and the difference of the mean accuracy. */
  readonly meanLoss: number;
  readonly meanAccuracy: number;
  /** Relative l2 distance of the running statistics at the end, where there are any. */
  readonly statistics: number | null;
}

export function compare(a: Trained, b: Trained, start: NonNullable<Interval["start"]>, recordEvery: number): Agreement {
  const apart = (x: number, y: number) => (x === y ? 0 : Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y)));
  const opening = (count: number) => Math.max(...a.losses.slice(0, count).map((loss, i) => apart(loss, b.losses[i]!)));
  const rows = (values: readonly (number | null)[]) => values.filter((_, i) => i % recordEvery === 0).map((value) => value ?? 0);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const moved = (x: readonly number[], y: readonly number[], from: readonly number[]) => {
    const sum = new MovementSum();
    sum.add(Float64Array.from(from), Float64Array.from(x), Float64Array.from(y));
    return sum.result();
  };
  const { cosine, ratio } = moved(a.end["parameters"]!, b.end["parameters"]!, start["parameters"]!);
  const [mine, theirs] = [a.end["statistics"], b.end["statistics"]];
  return {
    opening3: opening(3),
    opening5: opening(5),
    window: moved(a.windowEnd, b.windowEnd, start["parameters"]!).distance,
    cosine,
    ratio: Math.max(ratio, 1 / ratio),
    meanLoss: apart(mean(rows(a.losses)), mean(rows(b.losses))),
    meanAccuracy: Math.abs(mean(rows(a.accuracies)) - mean(rows(b.accuracies))),
    statistics: mine && theirs ? moved(mine, theirs, start["statistics"]!).distance : null,
  };
}
