import { deepLinear } from "./deep-linear.ts";
import { deepLinearNorms } from "./deep-linear-norms.ts";
import type { Experiment } from "./experiment.ts";
import { norms } from "./norms.ts";
import { training } from "./training.ts";

/** Figures 4, 9, 10, 11, 12: loss, gradient predictiveness and effective beta-smoothness along the gradient. Measured by the probe `landscape`. */
export const landscape: Experiment = {
  id: "landscape",
  title: "The loss landscape along the gradient",
  question: "Does BatchNorm make the loss and its gradient change less along the step that training takes?",
  figures: ["4", "9", "10", "11", "12"],
  reads: [training, norms, deepLinear, deepLinearNorms],
};
