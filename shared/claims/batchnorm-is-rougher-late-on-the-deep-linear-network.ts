import { deepLinear } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormIsRougherLateOnTheDeepLinearNetwork: Claim = {
  id: "D7b",
  title: "Late in training the deep linear network’s loss along the gradient rises higher with BatchNorm",
  paperSays: null,
  where: "Figure 9a, after step 7,000",
  caveat:
    "Against the text: in its figure BatchNorm’s maximum is above the standard network’s at 97 % of the logged steps after 7,000.",
  treatment: deepLinear("batch"),
  control: deepLinear("none"),
  estimand: { quantity: "loss-top", summary: { kind: "median", from: 0.7, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "higher" },
  effect: { figure: 4, text: null },
  version: 1,
};
