import type { ExperimentHeader } from "../../../shared/protocol/experiment.ts";
import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";

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
