import { experimentHeader, type TrainedExperiment } from "../../../shared/experiments/experiment.ts";
import { training } from "../../../shared/experiments/training.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import type { ExperimentSnapshot, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { experimentsOf } from "./profiles.ts";
import { withoutResults } from "./without-results.ts";

/**
 * One of the study's own experiments (never a rerun, never one with an older plan): as the snapshot has it, at the profile of which more was
 * trained, or with no results where there is none.
 */
export function ownExperiment(snapshot: StudySnapshot | null, question: TrainedExperiment): ExperimentSnapshot {
  const own = experimentsOf(snapshot, question);
  const [most] = own.toSorted((a, b) => b.metrics.progress.steps - a.metrics.progress.steps);
  return most ?? withoutResults(experimentHeader(question, "pilot"));
}

/** The experiment that Figure 1 and the headline are about. */
export const studyExperiment = (snapshot: StudySnapshot | null): ExperimentSnapshot => ownExperiment(snapshot, training);

/** Every experiment of the study that trains runs of its own. */
export const ownExperiments = (snapshot: StudySnapshot | null): readonly ExperimentSnapshot[] =>
  trainedExperiments.map((question) => ownExperiment(snapshot, question));
