import { experimentHeader, type TrainedExperiment } from "../../../shared/experiments/experiment.ts";
import { training } from "../../../shared/experiments/training.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import type { ExperimentHeader } from "../../../shared/protocol/experiment.ts";
import type { ExperimentSnapshot, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";

const PROFILES = ["pilot", "paper"] as const;
const idsOf = new Map(trainedExperiments.map((one) => [one, PROFILES.map((profile) => experimentHeader(one, profile).id)]));

/**
 * One of the study's own experiments (never a rerun, never one with an older plan): as the snapshot has it, at the profile of which more was
 * trained, or with no results where there is none.
 */
export function ownExperiment(snapshot: StudySnapshot | null, question: TrainedExperiment): ExperimentSnapshot {
  const ids = idsOf.get(question) ?? [];
  const own = snapshot?.experiments.filter(({ experiment }) => ids.includes(experiment.id)) ?? [];
  const [most] = own.toSorted((a, b) => b.metrics.progress.steps - a.metrics.progress.steps);
  return most ?? withoutResults(experimentHeader(question, "pilot"));
}

/** The experiment that Figure 1 and the headline are about. */
export const studyExperiment = (snapshot: StudySnapshot | null): ExperimentSnapshot => ownExperiment(snapshot, training);

/** Every experiment of the study that trains runs of its own. */
export const ownExperiments = (snapshot: StudySnapshot | null): readonly ExperimentSnapshot[] =>
  trainedExperiments.map((question) => ownExperiment(snapshot, question));

/** An experiment to which no result has been handed in. */
export function withoutResults(header: ExperimentHeader): ExperimentSnapshot {
  const { plan } = header;
  const nothing = { step: [], n: [], mean: [], low: [], high: [] };
  return {
    protocol: PROTOCOL_VERSION,
    experiment: header,
    version: 0,
    publishedAt: new Date(0).toISOString(),
    lastResultAt: null,
    trainingNow: 0,
    metricsSha256: "0".repeat(64),
    metrics: {
      variants: plan.variants.map(({ id }) => ({ id, runs: [], training: nothing, evaluation: nothing })),
      progress: {
        steps: 0,
        stepsPlanned: plan.spec.steps * plan.variants.length * plan.seeds.length,
        runsFinished: 0,
        runs: plan.variants.length * plan.seeds.length,
        shards: 0,
        volunteers: 0,
        trainMs: 0,
      },
    },
  };
}
