import { deepLinear } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const l1NormBeatsBatchnormOnTheDeepLinearNetwork: Claim = {
  id: "D1b",
  title: "The L1 norm trains the deep linear network better than BatchNorm",
  paperSays: "On deep linear networks the L1 norm performs even better than BatchNorm.",
  where: "Section 3.3, Figure 13b",
  caveat:
    "In the figure it is one learned mode more, in one seed: losses fall in steps as the target’s singular values are learned.",
  treatment: deepLinear("l1"),
  control: deepLinear("batch"),
  estimand: { quantity: "train-loss", summary: { kind: "median", from: 0.9, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: 0.21, text: null },
  version: 1,
};
