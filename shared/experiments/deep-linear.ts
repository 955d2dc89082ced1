import { deepLinearPlans } from "./deep-linear-plans.ts";
import type { TrainedExperiment } from "./experiment.ts";
import { normalizationVariant } from "./variant.ts";

/** Figures 3, 8, 9: the same questions where there is no non-linearity at all. */
export const deepLinear: TrainedExperiment = {
  id: "deep-linear",
  title: "Deep linear network with and without BatchNorm",
  question: "Does BatchNorm help a network without non-linearities?",
  figures: ["3", "8", "9"],
  plans: deepLinearPlans([
    normalizationVariant("none", 1e-6),
    normalizationVariant("batch", 1e-6),
    normalizationVariant("none", 1e-7),
    normalizationVariant("batch", 1e-7),
  ]),
};
