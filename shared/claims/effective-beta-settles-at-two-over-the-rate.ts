import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const effectiveBetaSettlesAtTwoOverTheRate: Claim = {
  id: "C15b",
  title: "VGG’s effective β-smoothness settles at 2 / learning rate with BatchNorm",
  paperSays: null,
  where: "Figure 4c",
  caveat: "2 / learning rate is also 1 / (smallest probed step): what β is when the gradient is gone after that step. See C15c.",
  treatment: vgg("batch"),
  control: { level: 1 },
  estimand: { quantity: "beta-in-plateaus", summary: { kind: "median", from: 0.2, to: 1 }, scale: "log" },
  rule: { kind: "equivalence", margin: 1.25 },
  effect: { figure: 1, text: null },
  version: 1,
};
