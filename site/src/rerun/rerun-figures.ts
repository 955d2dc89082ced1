import { hasClasses } from "../../../shared/protocol/training-spec.ts";
import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { paper } from "../data/paper-files.ts";
import { fig1a, fig1b } from "../figures/fig1-training.ts";
import type { Figure } from "../figures/figure.ts";
import { trainingFigure, type TrainingFigureWords } from "../figures/training-figure.ts";

export { LivePanels } from "../live/live-panels.ts";

/** Where nothing is classified: the loss alone, in the first figure's place. */
const loss: TrainingFigureWords = {
  id: "fig1a",
  number: "13",
  metric: "loss",
  title: "Training loss",
  unit: "squared error, summed over samples, log axis",
  about: "Loss on all samples, before that step’s update.",
  paper: "",
};

/** A rerun's figures: training curves from its own runs alone. */
export const rerunFigures = (experiment: ExperimentSnapshot): readonly Figure[] =>
  (hasClasses(experiment.experiment.plan.spec) ? [fig1a, fig1b] : [loss]).map((words) =>
    trainingFigure(experiment, paper, words),
  );
