import { deepLinear } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormTrainsTheDeepLinearNetworkAtASmallRate: Claim = {
  id: "D2",
  title: "At learning rate 1e-7, too, BatchNorm lowers the deep linear network’s loss",
  paperSays: "BatchNorm helps the deep linear network at both learning rates.",
  where: "Section 2.2, Figure 3b",
  treatment: deepLinear("batch", 1e-7),
  control: deepLinear("none", 1e-7),
  estimand: { quantity: "train-loss", summary: { kind: "median", from: 0.9, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: 0.18, text: null },
  version: 1,
};
