import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const noiseCostsBatchnormAlmostNothing: Claim = {
  id: "C5b",
  title: "Noise costs BatchNorm almost no steps",
  paperSays: "The gap in training between BatchNorm with and without the noise is “almost non-existent”.",
  where: "Section 2.1, Figure 2",
  caveat:
    "Its own figure shows more: 75 % after 1,000 steps with the noise and 700 without, 98 % after 5,900 and 4,300, about 1.4 times as many.",
  treatment: vgg("noisy-batch"),
  control: vgg("batch"),
  estimand: { quantity: "train-accuracy", summary: { kind: "steps-to", level: { pilot: 0.25, paper: 0.75 } }, scale: "log" },
  rule: { kind: "equivalence", margin: 1.25 },
  effect: { figure: 1.43, text: null },
  version: 1,
};
