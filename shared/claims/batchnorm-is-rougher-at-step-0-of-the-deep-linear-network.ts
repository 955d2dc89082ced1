import { deepLinear } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormIsRougherAtStep0OfTheDeepLinearNetwork: Claim = {
  id: "D6",
  title: "Before the first update the deep linear network is less smooth with BatchNorm",
  paperSays: null,
  where: "Figure 9c, first point",
  caveat: "The text is silent about it; its figure has 8.1e6 with and 3.4e5 without BatchNorm at its first point.",
  treatment: deepLinear("batch"),
  control: deepLinear("none"),
  estimand: { quantity: "beta", summary: { kind: "first" }, scale: "log" },
  rule: { kind: "directional", favours: "higher" },
  effect: { figure: 24, text: null },
  version: 1,
};
