import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormNeedsFewerStepsAtASmallLearningRate: Claim = {
  id: "C3",
  title: "At learning rate 0.01, too, VGG with BatchNorm needs fewer steps",
  paperSays: "BatchNorm is faster at small learning rates as well, and less sensitive to their choice.",
  where: "Sections 1 and 2.2, Figure 6a",
  caveat: "Its own curve with BatchNorm reaches 98 % sooner at 0.01 (3,100 steps) than at 0.1 (4,300).",
  treatment: vgg("batch", 0.01),
  control: vgg("none", 0.01),
  estimand: { quantity: "train-accuracy", summary: { kind: "steps-to", level: { pilot: 0.25, paper: 0.75 } }, scale: "log" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: 0.311, text: null },
  version: 1,
};
