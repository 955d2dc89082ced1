import type { DrawFigure } from "./draw.ts";
import { arms } from "./arms.ts";
import { studyExperiment } from "../data/study.ts";
import { compose } from "./compose.ts";
import { ridgePart } from "./ridge-part.ts";
import { trainingFigure, type TrainingFigureWords } from "./training-figure.ts";

/** Figure 1 (a): accuracy of the training batch along training. */
export const fig1a: TrainingFigureWords = {
  id: "fig1a",
  number: "1a",
  metric: "training",
  title: "Accuracy on the training batches",
  unit: "share of the step’s batch, before its update",
  about: "Accuracy on the batch of that step, before its update, in training mode.",
  paper: "In the paper BatchNorm trains at both rates, and the standard network only at the smaller one.",
};

/** Figure 1 (b): accuracy on the test set along training. */
export const fig1b: TrainingFigureWords = {
  id: "fig1b",
  number: "1b",
  metric: "evaluation",
  title: "Accuracy on the test set",
  unit: "share of the 10,000 test images",
  about: "Accuracy on all 10,000 test images after that many steps, with running statistics.",
  paper: "The paper ends at 82.9% with BatchNorm and 80.0% without at learning rate 0.1; its text says 83% and 80%.",
};

/** The rates of the paper's Figure 1; runs at 0.01 belong to Figure 6. */
const RATES = [0.1, 0.5];

export const drawFig1a: DrawFigure = (snapshot, paper) => trainingFigure(studyExperiment(snapshot), paper, fig1a, RATES);
export const drawFig1b: DrawFigure = (snapshot, paper) => trainingFigure(studyExperiment(snapshot), paper, fig1b, RATES);

/** Figure 1 (c): activations of two layers over training, without and with BatchNorm. */
export const drawFig1c: DrawFigure = (snapshot) => {
  const both = arms(snapshot, "vgg", 0.1, ["none", "batch"]);
  return compose({
    id: "fig1c",
    number: "1c",
    title: "Activations of two layers over training",
    about:
      "Histograms of one channel’s values before the non-linearity, on the batch of each measured step: early at the back, late in front; the axis at the left is the step.",
    paper: "The paper shows the same two layers and calls the difference in stability between the two networks marginal.",
    plans: [both[0]!.plan],
    groups: [
      {
        title: null,
        columns: "two",
        parts: [3, 11].flatMap((layer) => both.map((arm) => ridgePart(`fig1c-${layer}-${arm.variant}`, arm, layer, "two"))),
      },
    ],
  });
};
