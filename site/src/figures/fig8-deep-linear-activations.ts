import { arms } from "./arms.ts";
import { compose } from "./compose.ts";
import type { DrawFigure } from "./draw.ts";
import { ridgePart } from "./ridge-part.ts";

/** Figure 8: activations of the deep linear network over training. */
export const drawFig8: DrawFigure = (snapshot) => {
  const both = arms(snapshot, "deep-linear", 1e-6, ["none", "batch"]);
  return compose({
    id: "fig8",
    number: "8",
    inVersion3: "9",
    title: "Activations of the deep linear network over training",
    about:
      "Histograms of one unit’s values over all samples, early at the back, late in front; the axis at the left is the step. First row: the standard network, as in the paper; second row: with BatchNorm.",
    paper: "The paper shows the standard network’s layers 1, 11 and 24, which spread over about ±5, ±8 and ±12.",
    plans: [both[0]!.plan],
    groups: [
      {
        title: null,
        columns: "three",
        parts: both.flatMap((arm) => [1, 11, 24].map((layer) => ridgePart(`fig8-${arm.variant}-${layer}`, arm, layer, "three"))),
      },
    ],
  });
};
