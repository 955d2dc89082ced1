import { deepLinear } from "./deep-linear.ts";
import type { Experiment } from "./experiment.ts";
import { noise } from "./noise.ts";
import { norms } from "./norms.ts";
import { training } from "./training.ts";

/** Figures 1c, 2, 7, 8, 14: how the distributions of a layer's activations move over training. Measured by the probe `activations`. */
export const activations: Experiment = {
  id: "activations",
  title: "Distributions of activations",
  question: "How do the distributions of activations move over training, with each normalization?",
  figures: ["1c", "2", "7", "8", "14"],
  reads: [training, noise, norms, deepLinear],
};
