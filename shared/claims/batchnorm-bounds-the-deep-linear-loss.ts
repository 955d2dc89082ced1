import { deepLinear } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormBoundsTheDeepLinearLoss: Claim = {
  id: "D7a",
  title: "BatchNorm keeps the deep linear network’s loss along the gradient bounded",
  paperSays: "BatchNorm makes the deep linear network’s landscape smoother as well.",
  where: "Section 3.2, Figure 9a",
  caveat: "True of the peak, at about step 100. After step 7,000 its own figure has BatchNorm above the standard network (D7b).",
  treatment: deepLinear("batch"),
  control: deepLinear("none"),
  estimand: { quantity: "loss-top", summary: { kind: "greatest", from: 0, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: 1.7e-10, text: null },
  version: 1,
};
