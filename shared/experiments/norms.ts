import type { TrainedExperiment } from "./experiment.ts";
import { training } from "./training.ts";
import { normalizationVariant } from "./variant.ts";
import { vggPlans } from "./vgg-plans.ts";

/** Figures 11, 13, 14: normalizations that fix neither mean nor variance as BatchNorm does, on VGG. */
export const norms: TrainedExperiment = {
  id: "norms",
  title: "VGG with other norms",
  question: "Do normalizations by the L1, L2 and L∞ norm train VGG as well as BatchNorm?",
  figures: ["11", "13", "14"],
  plans: vggPlans([normalizationVariant("l1", 0.1), normalizationVariant("l2", 0.1), normalizationVariant("linf", 0.1)]),
  reads: [training],
};
