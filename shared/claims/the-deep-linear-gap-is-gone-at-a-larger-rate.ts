import { deepLinear } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const theDeepLinearGapIsGoneAtALargerRate: Claim = {
  id: "D4",
  title: "At learning rate 1e-6 the deep linear network shows no such gap",
  paperSays: null,
  where: "Figure 6b",
  caveat:
    "The text speaks of the deep linear network without naming the rate; in the figure both networks’ cosines are near +0.87 (layer 9) and -0.7 to -0.95 (layer 17).",
  treatment: deepLinear("batch"),
  control: deepLinear("none"),
  estimand: { quantity: "shift-cosine", layers: [9, 17], summary: { kind: "mean", from: 0, to: 1 }, scale: "linear" },
  rule: { kind: "equivalence", margin: 0.25 },
  effect: { figure: 0.052, text: null },
  version: 1,
};
