import { OPENING_STEPS } from "../protocol/audit.ts";
import type { Series } from "../protocol/result.ts";

/** Parts that a shard of the plan's own length is committed in. */
const PARTS = 5;

/** Steps between commits: a divisor of the plan's shard, a fifth of it where that is whole and no shorter than an opening. */
export function commitEvery(shardSteps: number): number {
  for (let parts = PARTS; parts > 1; parts--) {
    if (shardSteps % parts === 0 && shardSteps / parts >= OPENING_STEPS) return shardSteps / parts;
  }
  return shardSteps;
}

/** Where the interval ends that begins at `from`: at the next multiple of `every`, or at the shard's end. */
export const intervalEnd = (from: number, toStep: number, every: number): number =>
  Math.min(toStep, (Math.floor(from / every) + 1) * every);

/** The first step of the interval that holds `step`. */
export const intervalStart = (step: number, fromStep: number, every: number): number =>
  Math.max(fromStep, Math.floor(step / every) * every);

/** Rows of steps in [from, to). */
export function rowsBetween({ step, loss, accuracy }: Series, from: number, to: number): Series {
  const rows = step.flatMap((at, i) => (at >= from && at < to ? [i] : []));
  return {
    step: rows.map((i) => step[i]!),
    loss: rows.map((i) => loss[i] ?? null),
    accuracy: rows.map((i) => accuracy[i] ?? null),
  };
}
