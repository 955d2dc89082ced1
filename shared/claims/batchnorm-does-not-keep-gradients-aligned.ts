import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormDoesNotKeepGradientsAligned: Claim = {
  id: "C10",
  title: "BatchNorm does not lower VGG’s internal covariate shift, as an angle",
  paperSays:
    "With BatchNorm the cosine between a layer’s gradient before and after the update of the layers before it is no closer to 1.",
  where: "Section 2.2, Figure 3a",
  treatment: vgg("batch"),
  control: vgg("none"),
  estimand: { quantity: "shift-cosine", layers: [5, 10], summary: { kind: "mean", from: 0, to: 1 }, scale: "linear" },
  rule: { kind: "denial", denies: "higher" },
  effect: { figure: -0.047, text: null },
  version: 1,
};
