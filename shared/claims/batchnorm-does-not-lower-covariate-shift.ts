import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormDoesNotLowerCovariateShift: Claim = {
  id: "C9",
  title: "BatchNorm does not lower VGG’s internal covariate shift, as a distance",
  paperSays:
    "BatchNorm does not lower the change of a layer’s gradient when the layers before it are updated, and often raises it.",
  where: "Section 2.2, Figure 3a",
  caveat: "The distance grows with the gradient itself, which differs between the networks.",
  treatment: vgg("batch"),
  control: vgg("none"),
  estimand: { quantity: "shift-l2", layers: [5], summary: { kind: "mean", from: 0, to: 1 }, scale: "log" },
  rule: { kind: "denial", denies: "lower" },
  effect: { figure: 1.08, text: null },
  version: 1,
};
