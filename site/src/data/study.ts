import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { training } from "../../../shared/experiments/training.ts";
import type { ExperimentHeader } from "../../../shared/protocol/experiment.ts";
import type { ExperimentSnapshot, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";

/** The study's own training experiment (never a rerun): as the snapshot has it, or with no results where there is none. */
export function studyExperiment(snapshot: StudySnapshot | null): ExperimentSnapshot {
  const own = snapshot?.experiments.filter(({ experiment }) => experiment.parent === null && experiment.figures.includes("1a")) ?? [];
  return own[0] ?? withoutResults(experimentHeader(training, "pilot"));
}

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
