import { uniform } from "./random.ts";

/** A random order of 0 ... count-1 (Fisher and Yates), the same for the same seed and epoch everywhere. */
export function permutation(seed: number, epoch: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const numbers = uniform(seed, "shuffle", epoch, count);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(numbers[i]! * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

/**
 * Which images the batch of a step holds: each epoch visits them in a fresh order, and its last partial batch is dropped.
 * It follows from (seed, step) alone, so a shard can begin at any step on any device.
 */
export function batchIndices(seed: number, step: number, batchSize: number, count: number): Uint32Array {
  const stepsPerEpoch = Math.floor(count / batchSize);
  if (stepsPerEpoch < 1) throw new RangeError(`batch: got ${batchSize} of ${count} images, want at most ${count}`);
  const first = (step % stepsPerEpoch) * batchSize;
  return epochOrder(seed, Math.floor(step / stepsPerEpoch), count).subarray(first, first + batchSize);
}

/** The order of the epoch in hand, kept because hundreds of steps share it. */
let kept: { seed: number; epoch: number; count: number; order: Uint32Array } | undefined;

function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  if (kept?.seed !== seed || kept.epoch !== epoch || kept.count !== count) {
    kept = { seed, epoch, count, order: permutation(seed, epoch, count) };
  }
  return kept.order;
}
