import { arms } from "./arms.ts";
import { compose } from "./compose.ts";
import type { DrawFigure } from "./draw.ts";
import { ridgePart } from "./ridge-part.ts";
import { trainingPart } from "./training-parts.ts";

/** Figure 2: BatchNorm whose outputs are shifted and scaled at random at every step. */
export const drawFig2: DrawFigure = (snapshot, paper) => {
  const four = arms(snapshot, "vgg", 0.1, ["none", "batch", "noisy-batch", "noise"]);
  const shown = four.slice(0, 3);
  return compose({
    id: "fig2",
    number: "2",
    title: "BatchNorm under noise that shifts its outputs",
    about:
      "Training and test accuracy of the standard network, BatchNorm, BatchNorm with noise after each layer (Algorithm 1 of the paper: each unit is shifted and scaled by amounts that change at every step), and the standard network with the same noise; below, histograms of one channel in three layers, early at the back.",
    paper:
      "In the paper’s curve noisy BatchNorm passes 90% at step 3,000, BatchNorm at 2,200 and the standard network at 4,500; it says in words that the standard network with noise does not train, and shows no test accuracy.",
    plans: four.slice(0, 1).map(({ plan }) => plan),
    groups: [
      {
        title: "Training",
        columns: "two",
        parts: [
          trainingPart("fig2-train", four, paper, { quantity: "train-accuracy", figure: "2", columns: "two" }),
          trainingPart("fig2-test", four, paper, { quantity: "test-accuracy", figure: "2", columns: "two" }),
        ],
      },
      {
        title: "Activations",
        columns: "three",
        parts: [2, 9, 13].flatMap((layer) => shown.map((arm) => ridgePart(`fig2-${layer}-${arm.variant}`, arm, layer, "three"))),
      },
    ],
  });
};
