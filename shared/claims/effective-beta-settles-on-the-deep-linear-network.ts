import { deepLinear } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const effectiveBetaSettlesOnTheDeepLinearNetwork: Claim = {
  id: "D5a",
  title: "The deep linear network’s effective β-smoothness settles at 2 / learning rate with BatchNorm",
  paperSays: null,
  where: "Figure 9c",
  caveat: "The edge of stability of full-batch descent, where any network arrives that trains at this rate.",
  treatment: deepLinear("batch"),
  control: { level: 1 },
  estimand: { quantity: "beta-in-plateaus", summary: { kind: "median", from: 0.5, to: 1 }, scale: "log" },
  rule: { kind: "equivalence", margin: 1.25 },
  effect: { figure: 1, text: null },
  version: 1,
};
