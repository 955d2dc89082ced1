import type { Series } from "../../shared/protocol/result.ts";
import { checkSteps } from "./due.ts";
import { type Fault, unless } from "./fault.ts";

/** What a series must hold. */
export interface SeriesWanted {
  readonly due: readonly number[];
  readonly divergedAt: number | null;
  /** Images that an accuracy counts right answers among; null where nothing is classified. */
  readonly images: number | null;
}

/** One series has exactly the due steps, losses of 0 or more, and accuracies that count whole images, or none where nothing is classified. */
export function checkSeries(name: string, series: Series, { due, divergedAt, images }: SeriesWanted): Fault[] {
  return [
    ...checkSteps(`${name}.step`, series.step, due, divergedAt),
    ...series.loss.flatMap((loss, i) => unless(loss === null || loss >= 0, `${name}.loss[${i}]`, loss, "0 or more")),
    ...series.accuracy.flatMap((accuracy, i) => checkAccuracy(`${name}.accuracy[${i}]`, accuracy, images)),
  ];
}

function checkAccuracy(path: string, accuracy: number | null, images: number | null): Fault[] {
  if (images === null) return unless(accuracy === null, path, accuracy, "null, because nothing is classified");
  if (accuracy === null) return unless(false, path, accuracy, `a multiple of 1/${images}`);
  const right = Math.round(accuracy * images);
  return unless(Math.abs(accuracy - right / images) <= 1e-6, path, accuracy, `a multiple of 1/${images}`);
}
