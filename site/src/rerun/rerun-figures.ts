import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { paper } from "../data/paper-files.ts";
import { fig1a, fig1b } from "../figures/fig1-training.ts";
import type { Figure } from "../figures/figure.ts";
import { trainingFigure } from "../figures/training-figure.ts";

export { LivePanels } from "../live/live-panels.ts";

/** A rerun's figures: those of its parent's question, from its own runs alone. */
export const rerunFigures = (experiment: ExperimentSnapshot): readonly Figure[] =>
  [fig1a, fig1b].map((words) => trainingFigure(experiment, paper, words));
