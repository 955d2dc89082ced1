import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { ownExperiments } from "./study.ts";

/** How far the study's own experiments have come, all together; reruns are not counted. */
export function studyProgress(snapshot: StudySnapshot | null) {
  const all = ownExperiments(snapshot);
  const sum = (of: (progress: (typeof all)[number]["metrics"]["progress"]) => number) =>
    all.reduce((total, { metrics }) => total + of(metrics.progress), 0);
  const names = all.flatMap(({ metrics }) =>
    metrics.variants.flatMap(({ runs }) => runs.flatMap(({ provenance }) => provenance.map(({ volunteer }) => volunteer))),
  );
  const last = all.flatMap(({ lastResultAt }) => lastResultAt ?? []).sort();
  return {
    runsFinished: sum((progress) => progress.runsFinished),
    runs: sum((progress) => progress.runs),
    steps: sum((progress) => progress.steps),
    stepsPlanned: sum((progress) => progress.stepsPlanned),
    shards: sum((progress) => progress.shards),
    trainMs: sum((progress) => progress.trainMs),
    // A volunteer may have trained for several experiments.
    volunteers: new Set(names).size,
    trainingNow: all.reduce((total, one) => total + one.trainingNow, 0),
    lastResultAt: last.at(-1) ?? null,
  };
}
