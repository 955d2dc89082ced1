import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const batchnormTestsBetter: Claim = {
  id: "C4",
  title: "VGG with BatchNorm is right more often on the test set",
  paperSays: "With BatchNorm the test accuracy is higher: 83 % against 80 %.",
  where: "Appendix A.1, Figure 1b",
  caveat: "At the end of the run. A pilot ends long before either network has converged, so it compares speed as well.",
  treatment: vgg("batch"),
  control: vgg("none"),
  estimand: { quantity: "test-accuracy", summary: { kind: "mean", from: 0.99, to: 1 }, scale: "linear" },
  rule: { kind: "directional", favours: "higher" },
  effect: { figure: 0.029, text: null },
  version: 1,
};
