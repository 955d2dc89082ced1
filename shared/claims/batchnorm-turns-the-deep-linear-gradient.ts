import { deepLinear } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormTurnsTheDeepLinearGradient: Claim = {
  id: "D3",
  title: "At learning rate 1e-7 the deep linear network has more covariate shift with BatchNorm",
  paperSays:
    "In the deep linear network the standard gradients hardly turn at all, while with BatchNorm they are nearly uncorrelated with what they were: the shift is larger with BatchNorm.",
  where: "Section 2.2, Figure 3b",
  caveat: "Only at 1e-7, the rate of the main text: at 1e-6 its own figure shows no gap (D4).",
  treatment: deepLinear("batch", 1e-7),
  control: deepLinear("none", 1e-7),
  estimand: { quantity: "shift-cosine", layers: [9, 17], summary: { kind: "mean", from: 0, to: 1 }, scale: "linear" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: -0.95, text: null },
  version: 1,
};
