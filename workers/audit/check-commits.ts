import { intervalStart, measuredBetween, measuredHash, rowsBetween } from "../../shared/audit/interval.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { Result } from "../../shared/protocol/result.ts";
import { type Fault, unless } from "../coordinator/fault.ts";
import type { BoundInterval } from "./audit-sqlite.ts";

/**
 * Whether a result is what was bound on the way: every interval, its rows, and the end.
 * @param bound under this lease, in step order  @param shard the steps that the result is about
 */
export function checkCommits(
  result: Result,
  bound: readonly BoundInterval[],
  { fromStep, toStep }: { readonly fromStep: number; readonly toStep: number },
  every: number,
): Fault[] {
  const { divergedAt, training, opening } = result;
  const reached = bound.at(-1)?.commit.step ?? fromStep;
  // A state that is not finite is not bound, so a run that diverges on a boundary was bound up to the one before.
  const least = divergedAt === null ? toStep : intervalStart(Math.max(fromStep, divergedAt - 1), fromStep, every);
  const isWhole = divergedAt === null ? reached === toStep : reached >= least && reached <= divergedAt;
  if (!isWhole) {
    return [
      { path: "commits", message: `got the shard bound up to step ${reached}, want ${least}: POST /api/leases/:id/commits` },
    ];
  }
  const end = bound.at(-1)?.commit.checkpoint;
  return [
    ...unless(divergedAt !== null || end === result.endCheckpoint, "endCheckpoint", result.endCheckpoint, `${end}, as was bound`),
    ...bound.flatMap((interval) => rowFaults(interval, result)),
    ...(bound[0]?.commit.opening ?? []).flatMap((loss, i) =>
      unless(opening[i] === loss, `opening[${i}]`, opening[i], `${loss}, as was bound`),
    ),
    ...bound.flatMap(({ fromStep: at, commit }) => {
      const row = training.step.indexOf(at);
      const [loss] = commit.opening;
      return row < 0
        ? []
        : unless(training.loss[row] === loss, `training.loss[${row}]`, training.loss[row], `${loss}, as was bound`);
    }),
  ];
}

function rowFaults({ fromStep, commit }: BoundInterval, { training, measurements }: Result): Fault[] {
  const { measured } = measuredHash(measuredBetween(measurements, fromStep, commit.step));
  const log = sha256Hex(canonicalJson(rowsBetween(training, fromStep, commit.step)));
  const path = `training (steps ${fromStep} to ${commit.step})`;
  const bound = commit.measured === undefined ? "none: a newer page binds them, too" : `${commit.measured}, as was bound`;
  return [
    ...unless(log === commit.log, path, `rows with SHA-256 ${log}`, `${commit.log}, as was bound`),
    ...unless(measured === commit.measured, path.replace("training", "measurements"), `rows with SHA-256 ${measured}`, bound),
  ];
}
