import { deepLinear } from "./deep-linear.ts";
import { deepLinearPlans } from "./deep-linear-plans.ts";
import type { TrainedExperiment } from "./experiment.ts";
import { normalizationVariant } from "./variant.ts";

/** Figures 12 and 13: the other norms on the deep linear network. */
export const deepLinearNorms: TrainedExperiment = {
  id: "deep-linear-norms",
  title: "Deep linear network with other norms",
  question: "Do normalizations by the L1, L2 and L∞ norm train the deep linear network as well as BatchNorm?",
  figures: ["12", "13"],
  plans: deepLinearPlans([
    normalizationVariant("l1", 1e-6),
    normalizationVariant("l2", 1e-6),
    normalizationVariant("linf", 1e-6),
  ]),
  reads: [deepLinear],
};
