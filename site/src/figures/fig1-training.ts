import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Paper } from "../../../shared/paper/paper.ts";
import { studyExperiment } from "../data/study.ts";
import type { Figure } from "./figure.ts";
import { trainingFigure, type TrainingFigureWords } from "./training-figure.ts";

/** Figure 1 (a): accuracy of the training batch along training. */
export const fig1a: TrainingFigureWords = {
  id: "fig1a",
  number: "1a",
  metric: "training",
  title: "Accuracy on the training batches",
  measured: "accuracy on the batch of that step, before its update, in training mode",
};

/** Figure 1 (b): accuracy on the test set along training. */
export const fig1b: TrainingFigureWords = {
  id: "fig1b",
  number: "1b",
  metric: "evaluation",
  title: "Accuracy on the test set",
  measured: "accuracy on all 10,000 test images after that many steps, with running statistics",
};

/** The paper's Figure 1 (a, b) from our runs, with the paper's own curves behind. */
export function fig1Training(snapshot: StudySnapshot | null, paper: Paper): readonly Figure[] {
  const experiment = studyExperiment(snapshot);
  return [trainingFigure(experiment, paper, fig1a), trainingFigure(experiment, paper, fig1b)];
}
