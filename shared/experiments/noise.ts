import type { TrainedExperiment } from "./experiment.ts";
import { training } from "./training.ts";
import { normalizationVariant } from "./variant.ts";
import { vggPlans } from "./vgg-plans.ts";

/** Figures 2 and 7: if distributions are made to shift on purpose (Algorithm 1), is BatchNorm's advantage gone? */
export const noise: TrainedExperiment = {
  id: "noise",
  title: "Noisy BatchNorm",
  question: "Does BatchNorm still help when noise makes its activations shift at every step?",
  figures: ["2", "7"],
  plans: vggPlans([normalizationVariant("noisy-batch", 0.1), normalizationVariant("noise", 0.1)]),
  reads: [training],
};
