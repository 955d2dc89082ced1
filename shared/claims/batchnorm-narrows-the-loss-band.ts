import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormNarrowsTheLossBand: Claim = {
  id: "C12",
  title: "Along the gradient VGG’s loss varies less with BatchNorm",
  paperSays: "With BatchNorm the loss along the gradient’s direction varies less.",
  where: "Section 3.2, Figure 4a",
  caveat:
    "In its figure the medians differ for the first 10,000 steps (1.28 against 1.77, then 1.12 against 1.89) and are equal after (1.17 against 1.16).",
  treatment: vgg("batch"),
  control: vgg("none"),
  estimand: { quantity: "loss-ratio", summary: { kind: "median", from: 0, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: 0.7, text: null },
  version: 1,
};
