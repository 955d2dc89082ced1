import { compile } from "../graph/compile.ts";
import type { Target } from "../graph/emit.ts";
import type { Model } from "../graph/model.ts";
import { declare, inTesting, type ProgramSpec } from "./network.ts";

/**
 * What a network says of a few images, in testing mode: inputs: parameters, statistics, `images` [batch,3,32,32]; output: `logits`
 * [batch,classes]. A model of its own, so that its batch can be small; the models that train and test stay as they are.
 */
export const compilePrediction = (spec: ProgramSpec, target: Target): Model =>
  compile("predict", { logits: inTesting(declare(spec)) }, target);

/** Logits of one image to probabilities. */
export function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
