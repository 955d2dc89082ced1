import { deepLinear } from "./deep-linear.ts";
import type { Experiment } from "./experiment.ts";
import { training } from "./training.ts";

/**
 * Figures 3 and 6: how much a layer's gradient changes when the layers before it are updated (Definition 2.1), and next to it the original
 * meaning of the words: how far a step moves the distribution of a layer's activations. Measured by the probes `shift` and `activations`.
 */
export const covariateShift: Experiment = {
  id: "covariate-shift",
  title: "Internal covariate shift",
  question: "Does BatchNorm lower internal covariate shift, as the paper defines it and as it was first meant?",
  figures: ["3", "6"],
  reads: [training, deepLinear],
};
