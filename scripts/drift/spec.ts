import type { Normalization } from "../../shared/nn/normalization/index.ts";
import type { ProgramSpec } from "../../shared/nn/training.ts";

/** One measurement: the same seed and batches on every provider. */
export interface DriftRun {
  readonly spec: ProgramSpec;
  readonly seed: number;
  readonly learningRate: number;
  /** The parameters are compared after these many steps, ascending. */
  readonly after: readonly number[];
}

/** Small enough for a software GPU: what grows is rounding, and rounding grows the same way. */
export function driftRun(normalization: Normalization, after: readonly number[]): DriftRun {
  return {
    spec: { network: { family: "vgg", depth: 11, width: 1 / 16, head: "linear" }, normalization, batchSize: 8 },
    seed: 1,
    learningRate: 0.1,
    after,
  };
}
