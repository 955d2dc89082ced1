import type { Device } from "../protocol/lease.ts";
import type { Series } from "../protocol/result.ts";
import { deviceClass } from "./device-class.ts";
import type { Movement } from "./movement.ts";
import { THRESHOLDS, type Thresholds } from "./thresholds.ts";

/** One side's account of an interval. */
export interface Account {
  readonly device: Device;
  /** SHA-256 of the state at its end; null: it diverged on the way. */
  readonly end: string | null;
  readonly opening: readonly (number | null)[];
  /** Rows of the training curve that lie in the interval. */
  readonly rows: Series;
}

/** Null: the audit says nothing about the claim. */
export interface Comparison {
  readonly agrees: boolean | null;
  readonly words: string;
}

/** Whether an interval that was trained again agrees with what was claimed. @param movement null where an end is missing */
export function compareInterval(
  claimed: Account,
  audited: Account,
  steps: number,
  movement: Movement | null,
  thresholds: Thresholds = THRESHOLDS,
): Comparison {
  const isSame = claimed.end === audited.end;
  if (isSame && claimed.end !== null && claimed.device.provider !== audited.device.provider && steps > thresholds.sharpSteps) {
    return { agrees: null, words: "The same bits from two providers: the audit looks like a copy." };
  }
  const faults = [
    ...openingFaults(claimed.opening, audited.opening, thresholds),
    ...endFaults(claimed, audited, steps, movement, thresholds),
    ...rowFaults(claimed.rows, audited.rows, thresholds),
  ];
  if (faults.length > 0) return { agrees: false, words: `${faults.join("; ")}.` };
  if (isSame && claimed.end !== null) return { agrees: true, words: "The same bits." };
  const { cosine, ratio, distance } = movement ?? { cosine: Number.NaN, ratio: Number.NaN, distance: Number.NaN };
  return {
    agrees: true,
    words:
      claimed.end === null
        ? "Both diverged."
        : `Movement: cosine ${shown(cosine)}, ratio ${shown(ratio)}; weights ${distance.toExponential(1)} apart.`,
  };
}

function openingFaults(
  claimed: Account["opening"],
  audited: Account["opening"],
  { openingLoss, openingSteps }: Thresholds,
): string[] {
  const count = Math.min(openingSteps, audited.length);
  return Array.from({ length: count }, (_, i) => i).flatMap((i) => {
    const [got, want] = [claimed[i] ?? null, audited[i] ?? null];
    return near(got, want, openingLoss) ? [] : [`loss of step ${i + 1}: claimed ${shown(got)}, trained again ${shown(want)}`];
  });
}

function endFaults(
  claimed: Account,
  audited: Account,
  steps: number,
  movement: Movement | null,
  { sharpSteps, sharpDistance, cosine, ratio }: Thresholds,
): string[] {
  if (claimed.end === null) return audited.end === null ? [] : ["claimed a divergence, trained again without one"];
  if (audited.end === null) return ["trained again it diverged"];
  if (claimed.end === audited.end) return [];
  const kind = deviceClass(claimed.device);
  if (kind !== null && kind === deviceClass(audited.device)) return ["other bits on the same kind of device"];
  if (!movement) return ["no movement to compare"];
  if (steps <= sharpSteps) {
    return movement.distance <= sharpDistance ? [] : [`weights ${movement.distance.toExponential(1)} apart after ${steps} steps`];
  }
  return [
    ...(movement.cosine >= cosine ? [] : [`movement: cosine ${shown(movement.cosine)}, want ${cosine} or more`]),
    ...(movement.ratio <= ratio && movement.ratio >= 1 / ratio
      ? []
      : [`movement: ${shown(movement.ratio)} times as long, want ${shown(1 / ratio)} to ${ratio}`]),
  ];
}

/** Up to the first row that one side lacks: a run that diverges has fewer. */
function rowFaults(claimed: Series, audited: Series, { meanLoss, meanAccuracy }: Thresholds): string[] {
  const count = Math.min(claimed.step.length, audited.step.length);
  const losses = [claimed, audited].map(({ loss }) => mean(loss.slice(0, count)));
  const accuracies = [claimed, audited].map(({ accuracy }) => mean(accuracy.slice(0, count)));
  const [loss, lossAgain] = losses as [number | null, number | null];
  const [accuracy, accuracyAgain] = accuracies as [number | null, number | null];
  return [
    ...(near(loss, lossAgain, meanLoss)
      ? []
      : [`mean loss of ${count} rows: claimed ${shown(loss)}, trained again ${shown(lossAgain)}`]),
    ...(accuracy === null || accuracyAgain === null || Math.abs(accuracy - accuracyAgain) <= meanAccuracy
      ? []
      : [`mean accuracy of ${count} rows: claimed ${shown(accuracy)}, trained again ${shown(accuracyAgain)}`]),
  ];
}

/** Of the finite ones; null where there are none. */
function mean(values: readonly (number | null)[]): number | null {
  const finite = values.filter((value) => value !== null);
  return finite.length === 0 ? null : finite.reduce((sum, value) => sum + value, 0) / finite.length;
}

function near(a: number | null, b: number | null, tolerance: number): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b)) + 1e-9;
}

const shown = (value: number | null): string => (value === null ? "not finite" : String(Number(value.toPrecision(4))));
