import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import type { ExperimentStatus } from "../../shared/protocol/operator.ts";
import type { LeaseRecord } from "../coordinator/lease-record.ts";
import { isFinished, type Run, trainedSteps } from "../coordinator/work-generator.ts";

/** What an experiment's store tells, as numbers for its operator. */
export function experimentStatus(
  { id, title, parent, plan }: ExperimentHeader,
  runs: readonly Run[],
  live: readonly LeaseRecord[],
  rest: Pick<ExperimentStatus, "paused" | "results" | "resultsLastHour" | "published" | "bytes" | "lastLink">,
): ExperimentStatus {
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
    ...rest,
  };
}

/** A root's status with what only its gateways know: who holds leases now, and what room they take. A volunteer of two gateways counts twice. */
export function withGateways(root: ExperimentStatus, gateways: readonly ExperimentStatus[]): ExperimentStatus {
  const sum = (of: "leases" | "volunteers" | "resultsLastHour" | "bytes") =>
    gateways.reduce((total, one) => total + one[of], root[of]);
  const [leases, volunteers, resultsLastHour] = [sum("leases"), sum("volunteers"), sum("resultsLastHour")];
  return { ...root, leases, volunteers, resultsLastHour, bytes: sum("bytes") };
}
