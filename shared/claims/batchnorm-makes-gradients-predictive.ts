import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormMakesGradientsPredictive: Claim = {
  id: "C13",
  title: "Along the gradient VGG’s gradient changes less with BatchNorm",
  paperSays: "Early in training the standard network’s gradient changes more, by “close to two orders of magnitude”.",
  where: "Section 3.2, Figure 4b",
  caveat:
    "Its own figure shows about a third, not a hundredth: medians of 27.5 against 78 for steps 100 to 3,000, never more than a factor of 9.8. Judged over the whole run after step 0.",
  treatment: vgg("batch"),
  control: vgg("none"),
  estimand: { quantity: "gradient-top", summary: { kind: "median", from: 0, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: 0.45, text: 0.01 },
  version: 1,
};
