import { type Value } from "../graph/value.ts";
import type { Noise } from "./noise.ts";
import type { Normalization } from "./normalization/index.ts";
import type { Parameters } from "./parameters.ts";
import type { Statistics } from "./statistics.ts";

/** Everything that a network asks for while it is built: where its numbers come from, and what stands between its layers. */
export interface Build {
  readonly parameters: Parameters;
  readonly statistics: Statistics;
  readonly normalization: Normalization;
  /** Before the activation (the paper's choice) or after it. */
  readonly placement: "before" | "after";
  /** Absent in testing: noise is for training only. */
  readonly noise?: Noise | undefined;
  /** Called with each layer's value before the non-linearity, after normalization and noise: what the paper histograms. */
  observe?(value: Value): void;
  /** Called by BatchNorm in training with what the paper's theorems speak of. */
  observeBatchNorm?(unit: BatchNormValues): void;
}

/** The values of one BatchNorm layer: y -> yhat -> z = gamma yhat + beta. */
export interface BatchNormValues {
  readonly y: Value;
  readonly yhat: Value;
  readonly z: Value;
  readonly gamma: Value;
  /** sqrt(variance + epsilon), [1, c, 1, ...] */
  readonly deviation: Value;
}
