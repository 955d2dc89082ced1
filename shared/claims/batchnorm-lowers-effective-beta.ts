import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormLowersEffectiveBeta: Claim = {
  id: "C15a",
  title: "VGG’s effective β-smoothness is lower with BatchNorm",
  paperSays: "BatchNorm makes the landscape smoother: the effective β is lower.",
  where: "Section 3.2, Figure 4c",
  caveat: "In its figure both medians are 20 after step 3,000: the networks differ in spikes, not in the level.",
  treatment: vgg("batch"),
  control: vgg("none"),
  estimand: { quantity: "beta", summary: { kind: "median", from: 0.2, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: 1, text: null },
  version: 1,
};
