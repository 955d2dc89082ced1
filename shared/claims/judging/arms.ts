import type { Normalization } from "../../protocol/training-spec.ts";
import type { Arm } from "./claim.ts";

const NOISE: readonly Normalization[] = ["noisy-batch", "noise"];
const NORMS: readonly Normalization[] = ["l1", "l2", "linf"];

/** The VGG runs of a normalization; 0.1 is the paper's learning rate. */
export function vgg(normalization: Normalization, learningRate = 0.1): Arm {
  const experiment = NOISE.includes(normalization) ? "noise" : NORMS.includes(normalization) ? "norms" : "training";
  return { experiment, normalization, learningRate };
}

/** The runs of the deep linear network with a normalization; 1e-6 is the paper's learning rate. */
export function deepLinear(normalization: Normalization, learningRate = 1e-6): Arm {
  return { experiment: NORMS.includes(normalization) ? "deep-linear-norms" : "deep-linear", normalization, learningRate };
}
