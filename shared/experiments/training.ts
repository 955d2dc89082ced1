import type { TrainedExperiment } from "./experiment.ts";
import { normalizationVariant } from "./variant.ts";
import { vggPlans } from "./vgg-plans.ts";

/** Figures 1, 3, 4: does BatchNorm help, and does it bear a larger learning rate? Its runs carry the measurements of the questions after it. */
export const training: TrainedExperiment = {
  id: "training",
  title: "VGG with and without BatchNorm",
  question: "Does BatchNorm train faster and bear a larger learning rate?",
  figures: ["1a", "1b"],
  plans: vggPlans([
    normalizationVariant("none", 0.1),
    normalizationVariant("batch", 0.1),
    normalizationVariant("none", 0.5),
    normalizationVariant("batch", 0.5),
    normalizationVariant("none", 0.01),
    normalizationVariant("batch", 0.01),
  ]),
};
