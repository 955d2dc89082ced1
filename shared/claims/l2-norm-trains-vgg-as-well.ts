import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const l2NormTrainsVggAsWell: Claim = {
  id: "C8b",
  title: "Normalizing by the L2 norm trains VGG as well as BatchNorm",
  paperSays: "Normalizations by other norms perform about as well as BatchNorm.",
  where: "Section 3.3, Figure 13a",
  treatment: vgg("l2"),
  control: vgg("batch"),
  estimand: { quantity: "train-accuracy", summary: { kind: "mean", from: 0, to: 1 }, scale: "linear" },
  rule: { kind: "equivalence", margin: 0.03 },
  effect: { figure: 0.0003, text: null },
  version: 1,
};
