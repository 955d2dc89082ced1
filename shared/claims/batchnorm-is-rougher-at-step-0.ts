import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormIsRougherAtStep0: Claim = {
  id: "C14a",
  title: "Before the first update VGG’s gradient changes more with BatchNorm",
  paperSays: null,
  where: "Figure 4b, first point",
  caveat: "The text is silent about it; its figure has 125 to 145 with and about 2 without BatchNorm at step 0.",
  treatment: vgg("batch"),
  control: vgg("none"),
  estimand: { quantity: "gradient-top", summary: { kind: "first" }, scale: "log" },
  rule: { kind: "directional", favours: "higher" },
  effect: { figure: 60, text: null },
  version: 1,
};
