import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";

/** A snapshot without its runs' curves and measurements: progress, bands over seeds and provenance stay. */
export function withoutCurves(snapshot: StudySnapshot): StudySnapshot {
  const nothing = { step: [], loss: [], accuracy: [] };
  return {
    ...snapshot,
    experiments: snapshot.experiments.map((one) => ({
      ...one,
      metrics: {
        ...one.metrics,
        variants: one.metrics.variants.map((variant) => ({
          ...variant,
          runs: variant.runs.map((run) => ({ ...run, training: nothing, evaluation: nothing, measurements: {} })),
        })),
      },
    })),
  };
}
