import type { Value } from "../../graph/value.ts";
import { elements } from "../../graph/value.ts";
import type { Build } from "../build.ts";

/** Added to the variance under the root (Ioffe & Szegedy's epsilon; 1e-5 as in PyTorch). */
export const EPSILON = 1e-5;

/** What stands between a layer and its non-linearity: the paper's independent variable. */
export interface Normalizer {
  /** Acts on a layer's output [n, c, ...]. */
  activations(build: Build, x: Value): Value;
  /** Acts on a layer's weights, whose outputs lie along `axis`. */
  weights(build: Build, weight: Value, axis: number): Value;
  /** Whether a bias before it changes nothing, in value or derivative. */
  readonly takesBiasAway: boolean;
}

/** One number for each channel (axis 1), shaped to broadcast: [1, c, 1, ...]. */
export const channelShape = (x: Value): number[] => x.shape.map((length, axis) => (axis === 1 ? length : 1));

/** The axes that a channel's statistics run over: the batch and all pixels. */
export const channelAxes = (x: Value): number[] => x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));

/** 1 / m, where m elements share one entry of `reduced`. */
export const share = (x: Value, reduced: readonly number[]): number => elements(reduced) / elements(x.shape);

/** Leaves things as they are. */
export const unchanged = {
  activations: (_build: Build, x: Value): Value => x,
  weights: (_build: Build, weight: Value): Value => weight,
  takesBiasAway: false,
};
