import type { Spread } from "../../protocol/calibration.ts";
import { FLOAT32, type Thresholds } from "../thresholds.ts";

/** One calibration that did not contradict. */
export interface Vote {
  /** Pseudonym of the network that it came from: keys cost nothing, networks something. */
  readonly network: string;
  readonly spread: Spread;
}

/** Networks that must have calibrated a kind before its thresholds follow from it. */
export const ENOUGH = 5;

/**
 * How much farther apart real runs may be than the calibration's: the pilot's widest pair without a flip (1.7e-6, docs/drift.md) is thirty times the
 * calibration's (6e-8).
 */
const MARGIN = 50;

/** A kind's half of a pair's threshold: the default, and the bounds that no calibration moves it past. */
export const HALF = {
  default: { firstLoss: FLOAT32.firstLoss / 2, distance: FLOAT32.sharpDistance / 2 },
  // The first loss accuses, so nobody's calibration makes it stricter; a distance only leaves the sharp test.
  least: { firstLoss: FLOAT32.firstLoss / 2, distance: FLOAT32.sharpDistance / 4 },
  // A pair reaches 5e-5 in both. A rate that is 5 % off parts weights by 1.1e-4 at the least, other data the first losses by 5e-4.
  most: { firstLoss: 2.5e-5, distance: 2.5e-5 },
} as const;

/**
 * What an audit allows devices of a kind, from what they measured: the median over networks, each counted once by its best, with a margin and within bounds. So whoever
 * calibrates loosely on purpose changes nothing as long as fewer than half of the networks are his, and little otherwise.
 * @returns null while there are too few: the default holds
 */
export function toleranceOf(votes: readonly Vote[]): Spread | null {
  const best = new Map<string, Spread>();
  for (const { network, spread } of votes) {
    const before = best.get(network) ?? spread;
    best.set(network, {
      firstLoss: Math.min(before.firstLoss, spread.firstLoss),
      distance: Math.min(before.distance, spread.distance),
    });
  }
  if (best.size < ENOUGH) return null;
  const of = (name: keyof Spread) =>
    Math.min(HALF.most[name], Math.max(HALF.least[name], MARGIN * median([...best.values()].map((spread) => spread[name]))));
  return { firstLoss: of("firstLoss"), distance: of("distance") };
}

/** Thresholds between two kinds of devices: their parts add up, since each is a distance from the known answers. Float64 is as it was. */
export function pairThresholds(base: Thresholds, a: Spread | null, b: Spread | null): Thresholds {
  if (base.isDouble) return base;
  const of = (name: keyof Spread) => (a ?? HALF.default)[name] + (b ?? HALF.default)[name];
  return { ...base, firstLoss: of("firstLoss"), sharpDistance: of("distance") };
}

/** The lower one of two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
