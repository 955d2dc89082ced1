import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const noiseShiftsActivations: Claim = {
  id: "C6a",
  title: "The noise makes activations shift more than in the standard network",
  paperSays: "With the injected noise the moments of activations change far more from step to step than in the standard network.",
  where: "Section 2.1, Figure 7a",
  treatment: vgg("noisy-batch"),
  control: vgg("none"),
  estimand: { quantity: "mean-change", layers: [2, 9, 13], summary: { kind: "mean", from: 0, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "higher" },
  effect: { figure: 7.5, text: null },
  version: 1,
};
