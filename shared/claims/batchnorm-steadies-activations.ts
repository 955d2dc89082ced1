import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormSteadiesActivations: Claim = {
  id: "C6b",
  title: "Activations shift less with BatchNorm than without",
  paperSays: "BatchNorm’s activations are the steadiest of the three networks in its figure.",
  where: "Figure 7a",
  caveat: "So BatchNorm does control moments; the paper’s point is that its success does not need that.",
  treatment: vgg("batch"),
  control: vgg("none"),
  estimand: { quantity: "mean-change", layers: [2, 9, 13], summary: { kind: "mean", from: 0, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: 0.019, text: null },
  version: 1,
};
