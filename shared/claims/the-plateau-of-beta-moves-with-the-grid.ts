import { vgg } from "./judging/arms.ts";
import type { Claim } from "./judging/claim.ts";

export const thePlateauOfBetaMovesWithTheGrid: Claim = {
  id: "C15c",
  title: "The plateau is a property of the probed step sizes: smaller ones show a higher β",
  paperSays: null,
  where: "Figure 4c",
  caveat: "Not in the paper. A plateau that does not move with the grid would be the edge of stability instead.",
  treatment: vgg("batch"),
  control: { level: 1.5 },
  estimand: { quantity: "beta-on-finer-grid", summary: { kind: "median", from: 0.2, to: 1 }, scale: "log" },
  rule: { kind: "directional", favours: "higher" },
  effect: { figure: null, text: null },
  weight: { value: 0.5, why: "Our own question, not a sentence of the paper." },
  version: 1,
};
