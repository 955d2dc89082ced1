import { deepLinear } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormIsLessSmoothAtASmallRate: Claim = {
  id: "D5b",
  title: "At learning rate 1e-7 the deep linear network is less smooth with BatchNorm",
  paperSays: null,
  where: "not shown in the paper",
  caveat: "The paper shows the deep linear network’s landscape at 1e-6 only.",
  treatment: deepLinear("batch", 1e-7),
  control: deepLinear("none", 1e-7),
  estimand: { quantity: "beta", summary: { kind: "median", from: 0, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "higher" },
  effect: { figure: null, text: null },
  weight: { value: 0.5, why: "Our own question, not a sentence of the paper." },
  version: 1,
};
