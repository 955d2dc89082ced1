import { normal } from "../math/random.ts";
import { batchIndices } from "../math/shuffle.ts";
import type { TrainingSpec } from "../protocol/training-spec.ts";
import { type Dataset, emptyBatch } from "./dataset.ts";
import type { Feeds } from "./ports.ts";

/** Where a run's batches come from; each lasts until the next is asked for. */
export interface TrainingData {
  /** The batch of a step. */
  train(step: number): Feeds;
  /** The test set; null where there is none. */
  readonly test: { readonly count: number; batch(first: number): Feeds } | null;
}

/** Whether a run needs CIFAR-10's images: what a device must fetch before it can train it. */
export const needsImages = ({ dataset }: Pick<TrainingSpec, "dataset">): boolean => dataset === "cifar-10";

/** @param images CIFAR-10, where the run needs it */
export function trainingData(spec: TrainingSpec, images: Dataset | null): TrainingData {
  return images ? imageData(spec, images) : linearMap(spec);
}

function imageData({ seed, batchSize }: TrainingSpec, { train, test }: Dataset): TrainingData {
  const batch = emptyBatch(batchSize);
  const filled = (split: Dataset["train"], indices: Uint32Array) => {
    split.fill(batch, indices);
    return batch;
  };
  const range = (first: number) => Uint32Array.from({ length: Math.min(batchSize, test.count - first) }, (_, i) => first + i);
  return {
    train: (step) => filled(train, batchIndices(seed, step, batchSize, train.count)),
    test: { count: test.count, batch: (first) => filled(test, range(first)) },
  };
}

/** Variance of A's entries that reproduces the paper's losses, gradients and smoothness at step 0; the text says only "Gaussian". */
const MAP_VARIANCE = 1 / 3;

/** The deep linear network's data (appendix A.1): x ~ N(0, I), targets A x, all of it in every step. Drawn from the run's seed. */
function linearMap({ seed, batchSize, network }: TrainingSpec): TrainingData {
  const units = network.family === "deep-linear" ? network.units : 0;
  const map = normal(seed, "linear map", 0, units * units).map((x) => x * Math.sqrt(MAP_VARIANCE));
  const inputs = Float64Array.from(normal(seed, "linear map inputs", 0, batchSize * units));
  const targets = new Float64Array(batchSize * units);
  for (let sample = 0; sample < batchSize; sample++) {
    for (let row = 0; row < units; row++) {
      let sum = 0;
      for (let column = 0; column < units; column++) sum += map[row * units + column]! * inputs[sample * units + column]!;
      targets[sample * units + row] = sum;
    }
  }
  const batch = { inputs, targets };
  return { train: () => batch, test: null };
}
