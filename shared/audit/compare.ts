import type { Device } from "../protocol/lease.ts";
import type { Measurements } from "../protocol/measurements.ts";
import type { Series } from "../protocol/result.ts";
import { measurementsApart } from "./compare-measurements.ts";
import { deviceClass } from "./device-class.ts";
import type { Movement } from "./movement.ts";
import type { Thresholds, Zone } from "./thresholds.ts";

/** One side's account of an interval. */
export interface Account {
  readonly device: Device;
  /** SHA-256 of the state at its end; null: it diverged on the way. */
  readonly end: string | null;
  readonly opening: readonly (number | null)[];
  /** Rows of the training curve that lie in the interval. */
  readonly rows: Series;
  /** What was measured along it; absent: nothing, or it was not measured again. */
  readonly measured?: Measurements | undefined;
}

/** Null: the audit says nothing about the claim, or too little to accuse anybody. */
export interface Comparison {
  readonly agrees: boolean | null;
  readonly words: string;
}

/** A difference that is not fine, in words; `isWrong`: it accuses. */
interface Difference {
  readonly isWrong: boolean;
  readonly words: string;
}

/**
 * Whether an interval that was trained again agrees with what was claimed. Rounding grows: once a ReLU, a pool or a maximum falls the other way, honest
 * devices part. So there are three answers, and the one in the middle blames nobody.
 * @param movement null where an end is missing
 */
export function compareInterval(
  claimed: Account,
  audited: Account,
  steps: number,
  movement: Movement | null,
  thresholds: Thresholds,
): Comparison {
  const isSame = claimed.end === audited.end;
  if (isSame && claimed.end !== null && claimed.device.provider !== audited.device.provider && steps > thresholds.sharpSteps) {
    return { agrees: null, words: "The same bits from two providers: the audit looks like a copy." };
  }
  const differences = [
    ...openingDifferences(claimed.opening, audited.opening, thresholds),
    ...endDifferences(claimed, audited, steps, movement, thresholds),
    ...nearDifferences(claimed, audited, steps, movement, thresholds),
    ...rowDifferences(claimed.rows, audited.rows, thresholds),
  ];
  const wrong = differences.filter(({ isWrong }) => isWrong);
  if (wrong.length > 0) return { agrees: false, words: sentence(wrong) };
  if (differences.length > 0) return { agrees: null, words: `Could not be verified: ${sentence(differences)}` };
  const measured = claimed.measured && audited.measured ? " What was measured along it agrees, too." : "";
  if (isSame && claimed.end !== null) return { agrees: true, words: `The same bits.${measured}` };
  if (claimed.end === null || !movement) return { agrees: true, words: "Both diverged." };
  const { cosine, ratio, distance } = movement;
  return {
    agrees: true,
    words: `Movement: cosine ${shown(cosine)}, ratio ${shown(ratio)}; weights ${distance.toExponential(1)} apart.${measured}`,
  };
}

function openingDifferences(
  claimed: Account["opening"],
  audited: Account["opening"],
  { firstLoss, openingLoss, openingSteps }: Thresholds,
): Difference[] {
  // A claim of a later part of a shard may come without them.
  const count = Math.min(openingSteps, claimed.length, audited.length);
  return Array.from({ length: count }, (_, i) => i).flatMap((i) => {
    const [got, want] = [claimed[i] ?? null, audited[i] ?? null];
    const zone = i === 0 ? { fine: firstLoss, wrong: firstLoss } : openingLoss;
    return inZone(apart(got, want), zone, `loss of step ${i + 1}: claimed ${shown(got)}, trained again ${shown(want)}`);
  });
}

function endDifferences(
  claimed: Account,
  audited: Account,
  steps: number,
  movement: Movement | null,
  thresholds: Thresholds,
): Difference[] {
  const { sharpSteps, angle, ratio, isDouble } = thresholds;
  const wrong = (words: string): Difference[] => [{ isWrong: true, words }];
  if (claimed.end === null) return audited.end === null ? [] : wrong("claimed a divergence, trained again without one");
  if (audited.end === null) return wrong("trained again it diverged");
  if (claimed.end === audited.end) return [];
  if (!movement) return wrong("no movement to compare");
  const isSharp = steps <= sharpSteps;
  const isNear = weightsAreNear(movement, steps, thresholds);
  const kind = deviceClass(claimed.device, isDouble);
  if (kind !== null && kind === deviceClass(audited.device, isDouble)) {
    const words = `other bits on the same kind of device, weights ${movement.distance.toExponential(1)} apart`;
    // So near it is rather that something about the devices is not known here than that anybody cheated.
    return [{ isWrong: !isNear, words }];
  }
  if (isNear) return [];
  const times = Math.max(movement.ratio, 1 / movement.ratio);
  return [
    ...(isSharp ? [{ isWrong: false, words: `weights ${movement.distance.toExponential(1)} apart after ${steps} steps` }] : []),
    ...inZone(1 - movement.cosine, angle, `movement: cosine ${shown(movement.cosine)}`),
    ...inZone(times, ratio, `movement: ${shown(movement.ratio)} times as long`),
  ];
}

/**
 * Running statistics, velocity and measurements say nothing of their own where weights have parted: then there is doubt already. Where weights are near, these must be, too.
 */
function nearDifferences(
  claimed: Account,
  audited: Account,
  steps: number,
  movement: Movement | null,
  thresholds: Thresholds,
): Difference[] {
  const isNear = claimed.end === audited.end || (movement !== null && weightsAreNear(movement, steps, thresholds));
  if (claimed.end === null || !isNear) return [];
  const others = Object.entries(movement?.others ?? {}).flatMap(([name, distance]) =>
    inZone(distance, thresholds.others, `${name} ${distance.toExponential(1)} apart`),
  );
  if (!claimed.measured || !audited.measured) return others;
  // The farthest is enough to say.
  const [farthest] = measurementsApart(claimed.measured, audited.measured, thresholds.measured);
  return [...others, ...(farthest ? inZone(farthest.difference, thresholds.measured, farthest.words) : [])];
}

const weightsAreNear = (movement: Movement, steps: number, { sharpSteps, sharpDistance, angle, ratio }: Thresholds): boolean =>
  steps <= sharpSteps
    ? movement.distance <= sharpDistance
    : 1 - movement.cosine <= angle.fine && Math.max(movement.ratio, 1 / movement.ratio) <= ratio.fine;

/** Up to the first row that one side lacks: a run that diverges has fewer. */
function rowDifferences(claimed: Series, audited: Series, { meanLoss, meanAccuracy }: Thresholds): Difference[] {
  const count = Math.min(claimed.step.length, audited.step.length);
  const means = (name: "loss" | "accuracy") => [claimed, audited].map((rows) => mean(rows[name].slice(0, count)));
  const [loss, lossAgain] = means("loss") as [number | null, number | null];
  const [accuracy, accuracyAgain] = means("accuracy") as [number | null, number | null];
  const points = accuracy === null || accuracyAgain === null ? 0 : Math.abs(accuracy - accuracyAgain);
  const words = (what: string, got: number | null, want: number | null) =>
    `mean ${what} of ${count} rows: claimed ${shown(got)}, trained again ${shown(want)}`;
  return [
    ...inZone(apart(loss, lossAgain), meanLoss, words("loss", loss, lossAgain)),
    ...inZone(points, meanAccuracy, words("accuracy", accuracy, accuracyAgain)),
  ];
}

/** Nothing where it is fine. NaN is not. */
const inZone = (difference: number, { fine, wrong }: Zone, words: string): Difference[] =>
  difference <= fine ? [] : [{ isWrong: !(difference <= wrong), words }];

/** Of the finite ones; null where there are none. */
function mean(values: readonly (number | null)[]): number | null {
  const finite = values.filter((value) => value !== null);
  return finite.length === 0 ? null : finite.reduce((sum, value) => sum + value, 0) / finite.length;
}

/** Relative difference; infinite where only one is finite. */
function apart(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : Infinity;
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}

const sentence = (differences: readonly Difference[]) => `${differences.map(({ words }) => words).join("; ")}.`;
const shown = (value: number | null): string => (value === null ? "not finite" : String(Number(value.toPrecision(4))));
