import { uniform } from "../../shared/math/random.ts";
import type { Batch } from "../../shared/volunteer/dataset.ts";

/** Rates of every step. */
export const RATES = { learningRate: 0.01, weightDecay: 5e-4 } as const;

/** A batch of random images and labels: the same for every contestant. */
export function randomBatch(batchSize: number): Batch {
  return {
    images: Float32Array.from(uniform(1, "bench images", 0, batchSize * 3072), (u) => 4 * u - 2),
    labels: Int32Array.from(uniform(1, "bench labels", 0, batchSize), (u) => Math.floor(10 * u)),
  };
}

/** The middle of the numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
