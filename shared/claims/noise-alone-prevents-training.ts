import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const noiseAlonePreventsTraining: Claim = {
  id: "C7",
  title: "With the same noise and no BatchNorm VGG does not train",
  paperSays: "The same noise prevents the standard network from training at all.",
  where: "Section 2.1 (text only)",
  caveat: "The paper shows no curve of it. Chance is 10 %; a run counts when it ends below 20 %.",
  treatment: vgg("noise"),
  control: { level: 0.2 },
  estimand: { quantity: "train-accuracy", summary: { kind: "mean", from: 0.9, to: 1 }, scale: "linear" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: null, text: null },
  version: 1,
};
