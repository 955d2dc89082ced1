import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormGradientsAlignOnceConverged: Claim = {
  id: "C11",
  title: "At learning rate 0.01 gradients align with BatchNorm once it has converged",
  paperSays: "At learning rate 0.01 BatchNorm’s cosine comes close to 1 late in training, an “artifact of convergence”.",
  where: "Section 2.2, Figure 6a (caption)",
  caveat: "A pilot ends before BatchNorm has converged, so its verdict is about another stage.",
  treatment: vgg("batch", 0.01),
  control: vgg("none", 0.01),
  estimand: { quantity: "shift-cosine", layers: [5, 10], summary: { kind: "mean", from: 0.4, to: 1 }, scale: "linear" },
  rule: { kind: "directional", favours: "higher" },
  effect: { figure: 0.23, text: null },
  weight: { value: 0.5, why: "A pilot ends before its stage of training: only the paper's size can settle it." },
  version: 1,
};
