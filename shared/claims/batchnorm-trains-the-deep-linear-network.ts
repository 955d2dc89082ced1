import { deepLinear } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormTrainsTheDeepLinearNetwork: Claim = {
  id: "D1a",
  title: "BatchNorm lowers the deep linear network’s loss",
  paperSays: "BatchNorm helps the deep linear network, too, which has no non-linearity.",
  where: "Section 2, Figures 12a and 13b",
  treatment: deepLinear("batch"),
  control: deepLinear("none"),
  estimand: { quantity: "train-loss", summary: { kind: "median", from: 0.9, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: 0.29, text: null },
  version: 1,
};
