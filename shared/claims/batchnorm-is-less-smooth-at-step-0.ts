import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormIsLessSmoothAtStep0: Claim = {
  id: "C14b",
  title: "Before the first update VGG’s effective β-smoothness is worse with BatchNorm",
  paperSays: null,
  where: "Figure 4c, first point",
  caveat: "The text is silent about it; its figure has 25.3 with and 11.5 without BatchNorm at step 0.",
  treatment: vgg("batch"),
  control: vgg("none"),
  estimand: { quantity: "beta", summary: { kind: "first" }, scale: "log" },
  rule: { kind: "directional", favours: "higher" },
  effect: { figure: 2.2, text: null },
  version: 1,
};
