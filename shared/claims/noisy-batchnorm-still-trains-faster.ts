import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const noisyBatchnormStillTrainsFaster: Claim = {
  id: "C5a",
  title: "BatchNorm helps VGG although noise shifts its activations at every step",
  paperSays:
    "With noise injected after BatchNorm the network still trains faster than the standard one, whose distributions are more stable.",
  where: "Section 2.1, Figure 2",
  treatment: vgg("noisy-batch"),
  control: vgg("none"),
  estimand: { quantity: "train-accuracy", summary: { kind: "steps-to", level: { pilot: 0.25, paper: 0.75 } }, scale: "log" },
  rule: { kind: "directional", favours: "lower" },
  effect: { figure: 0.455, text: null },
  version: 1,
};
