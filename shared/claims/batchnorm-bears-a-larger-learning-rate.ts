import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormBearsALargerLearningRate: Claim = {
  id: "C2",
  title: "At learning rate 0.5 VGG trains with BatchNorm only",
  paperSays: "At learning rate 0.5 the network trains with BatchNorm, and without it does not get past chance.",
  where: "Section 2, Figure 1a",
  treatment: vgg("batch", 0.5),
  control: vgg("none", 0.5),
  estimand: { quantity: "train-accuracy", summary: { kind: "mean", from: 0.9, to: 1 }, scale: "linear" },
  rule: { kind: "directional", favours: "higher" },
  effect: { figure: 0.87, text: null },
  version: 1,
};
