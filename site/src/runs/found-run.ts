import type { ExperimentHeader, Variant } from "../../../shared/protocol/experiment.ts";
import type { RunMetrics, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { RunPlace } from "../report/run-address.ts";

/** A run with all that it belongs to. */
export interface FoundRun {
  readonly experiment: ExperimentHeader;
  readonly variant: Variant;
  readonly run: RunMetrics;
}

/** The run that an address names; null where these data do not hold it. */
export function foundRun(snapshot: StudySnapshot | null, place: RunPlace): FoundRun | null {
  return (
    runsOf(snapshot).find(
      ({ experiment, variant, run }) =>
        experiment.id === place.experiment && variant.id === place.variant && run.seed === place.seed,
    ) ?? null
  );
}

/** Every run of which something was accepted. */
export const runsOf = (snapshot: StudySnapshot | null): readonly FoundRun[] =>
  (snapshot?.experiments ?? []).flatMap(({ experiment, metrics }) =>
    experiment.plan.variants.flatMap((variant) => {
      const runs = metrics.variants.find(({ id }) => id === variant.id)?.runs ?? [];
      return runs.filter(({ provenance }) => provenance.length > 0).map((run) => ({ experiment, variant, run }));
    }),
  );
