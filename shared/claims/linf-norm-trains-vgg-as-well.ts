import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const linfNormTrainsVggAsWell: Claim = {
  id: "C8c",
  title: "Normalizing by the L∞ norm trains VGG as well as BatchNorm",
  paperSays: "Normalizations by other norms perform about as well as BatchNorm.",
  where: "Section 3.3, Figure 13a",
  treatment: vgg("linf"),
  control: vgg("batch"),
  estimand: { quantity: "train-accuracy", summary: { kind: "mean", from: 0, to: 1 }, scale: "linear" },
  rule: { kind: "equivalence", margin: 0.03 },
  effect: { figure: 0.005, text: null },
  version: 1,
};
