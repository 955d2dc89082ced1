import type { ExperimentStatus } from "../../shared/protocol/operator.ts";
import type { CoordinatorStore } from "../store-sqlite.ts";
import { isFinished, type Run, trainedSteps } from "../coordinator/work-generator.ts";

const HOUR_MS = 3_600_000;

/** What an object's store tells its operator, as numbers. @param now milliseconds since 1970  @param bytes of its database */
export function statusOf(store: CoordinatorStore, now: number, bytes: number): ExperimentStatus {
  const { id, title, parent, plan } = store.header();
  const runs = store.runs.all();
  const live = store.leases.live(now);
  const { results, recent } = store.results.count(now - HOUR_MS);
  const stateOf = (run: Run) => {
    if (run.divergedAt !== null) return "diverged";
    if (isFinished(plan, run)) return "finished";
    return run.step > 0 ? "training" : "waiting";
  };
  const count = { waiting: 0, training: 0, finished: 0, diverged: 0 };
  for (const run of runs) count[stateOf(run)]++;
  return {
    ...{ id, title, parent },
    runs: count,
    steps: runs.reduce((sum, run) => sum + trainedSteps(run), 0),
    stepsPlanned: runs.length * plan.spec.steps,
    leases: live.length,
    volunteers: new Set(live.map(({ volunteer }) => volunteer)).size,
    ...{ paused: store.paused(), results, resultsLastHour: recent, lastLink: store.results.lastLink() },
    ...{ published: store.publication().version, bytes },
  };
}

/** A root's status with what only its gateways know: who holds leases now, and what room they take. A volunteer of two gateways counts twice. */
export function withGateways(root: ExperimentStatus, gateways: readonly ExperimentStatus[]): ExperimentStatus {
  const sum = (of: "leases" | "volunteers" | "resultsLastHour" | "bytes") =>
    gateways.reduce((total, one) => total + one[of], root[of]);
  const [leases, volunteers, resultsLastHour] = [sum("leases"), sum("volunteers"), sum("resultsLastHour")];
  return { ...root, leases, volunteers, resultsLastHour, bytes: sum("bytes") };
}
