import { duration } from "../volunteer/progress.ts";
import type { Standing } from "./order.ts";

/** Computing time left in ms. `isLeast`: something is still to be trained whose speed nobody has measured, and it is not counted. */
export interface TimeLeft {
  readonly ms: number;
  readonly isLeast: boolean;
}

/**
 * From the measured time per step of each experiment; one that has no shard yet is taken to be as fast as the others of its network.
 * @param volunteers how many train at once
 */
export function timeLeft(rows: readonly Standing[], volunteers: number): TimeLeft {
  let ms = 0;
  let isLeast = false;
  for (const row of rows) {
    const left = row.steps - row.trainedSteps;
    if (left === 0) continue;
    const measured =
      row.spentSteps > 0 ? [row] : rows.filter(({ family, spentSteps }) => family === row.family && spentSteps > 0);
    if (measured.length === 0) isLeast = true;
    else ms += (left * total(measured, "spentMs")) / total(measured, "spentSteps") / volunteers;
  }
  return { ms, isLeast };
}

/** Steps per second between two looks; null where no time has passed. */
export function speed(before: { steps: number; atMs: number }, now: { steps: number; atMs: number }): number | null {
  return now.atMs > before.atMs ? ((now.steps - before.steps) / (now.atMs - before.atMs)) * 1000 : null;
}

/** One line for the terminal. */
export function progressLine(rows: readonly Standing[], stepsPerSecond: number | null, left: TimeLeft): string {
  const short = (id: string) => id.replace(/-(pilot|paper)-[0-9a-f]{8}$/, "");
  const each = rows.map(({ id, finishedRuns, runs }) => `${short(id)} ${finishedRuns}/${runs}`).join(", ");
  const share = total(rows, "trainedSteps") / total(rows, "steps");
  const fast = stepsPerSecond === null ? "" : ` | ${stepsPerSecond.toPrecision(3)} steps/s`;
  const time = left.ms === 0 ? "" : ` | ${left.isLeast ? "at least" : "about"} ${duration(left.ms / 1000)} left`;
  return `${(100 * share).toFixed(1)}% of the steps | runs finished: ${each}${fast}${time}`;
}

const total = (rows: readonly Standing[], name: "spentMs" | "spentSteps" | "steps" | "trainedSteps") =>
  rows.reduce((sum, row) => sum + row[name], 0);
