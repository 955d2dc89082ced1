import type { Plan } from "../../shared/protocol/experiment.ts";
import { gridOf } from "../../shared/protocol/grid.ts";
import { metricsBytes, PROVENANCE, resultBytes } from "./plan-bytes.ts";
import { MAX_METRICS_BYTES, MAX_RESULT_BYTES } from "./plan-limits.ts";
import { type Run, shardsPerRun } from "./work-generator.ts";

/** How long a shard should take on the device that leases it: rounded to the grid it comes to 2 to 5 minutes. */
export const TARGET_SECONDS = 180;
/** A long shard is cut at multiples of so many steps of the grid, so that it falls into intervals of one length. */
const INTERVALS = 5;
/** Pieces that a run may be cut into at most, for each shard of its plan. */
const PIECES = 4;

/** How the runs of a plan may be cut. */
export interface Cuts {
  /**
   * The step at which the shard ends that a run waits for.
   * @param stepsPerSecond of the device that asks, for this network with its measurements; null: unknown, then the plan's own length is taken
   */
  readonly endOf: (run: Pick<Run, "step" | "shards">, stepsPerSecond: number | null) => number;
  /** May the shard end here, without the run falling into more pieces than there is room for? */
  readonly mayEnd: (run: Pick<Run, "shards">, end: number) => boolean;
  /** Least steps that a volunteer which leaves may hand in. */
  readonly least: number;
}

/** A plan's limits are asked for with every lease, and a plan never changes. */
const known = new WeakMap<Plan, Cuts>();

export function cutsOf(plan: Plan): Cuts {
  const before = known.get(plan);
  if (before) return before;
  const cuts = workOut(plan);
  known.set(plan, cuts);
  return cuts;
}

/**
 * Works out a plan's limits once, for many runs.
 *
 * Every piece of a run costs bytes in the merged metrics (where it came from), so slow devices and those that leave early may cut a run into
 * four times the plan's shards, or as many as KV holds. What is left must always fit as shards of the plan's own length.
 */
function workOut(plan: Plan): Cuts {
  const { shardSteps, spec } = plan;
  const grid = gridOf(spec);
  const longest = longestShard(plan);
  const pieces = piecesPerRun(plan);
  const mayEnd: Cuts["mayEnd"] = ({ shards }, end) => shards + 1 + Math.ceil((spec.steps - end) / shardSteps) <= pieces;
  return {
    least: grid,
    mayEnd,
    endOf: (run, stepsPerSecond) => {
      const usual = Math.min(run.step + shardSteps, spec.steps);
      if (stepsPerSecond === null) return usual;
      const wanted = Math.min(stepsPerSecond * TARGET_SECONDS, longest);
      const unit = wanted >= INTERVALS * grid ? INTERVALS * grid : grid;
      const rounded = Math.round((run.step + wanted) / unit) * unit;
      const end = Math.max(rounded > run.step + longest ? rounded - unit : rounded, (Math.floor(run.step / grid) + 1) * grid);
      // A rest of less than a quarter is not worth a shard of its own.
      const tail = spec.steps - end;
      if (tail <= 0 || (tail < (end - run.step) / 4 && spec.steps - run.step <= longest)) return spec.steps;
      return mayEnd(run, end) ? end : Math.max(end, usual);
    },
  };
}

/** Steps whose result surely fits a request; never less than the plan's own shard. */
function longestShard(plan: Plan): number {
  let steps = plan.spec.steps;
  while (steps > plan.shardSteps && resultBytes(plan, steps) > MAX_RESULT_BYTES) {
    steps = Math.floor((steps * MAX_RESULT_BYTES) / resultBytes(plan, steps)) - 1;
  }
  return Math.max(steps, Math.min(plan.shardSteps, plan.spec.steps));
}

/** Pieces of a run that surely fit the merged metrics. */
export function piecesPerRun(plan: Plan): number {
  const shards = shardsPerRun(plan);
  const runs = plan.variants.length * plan.seeds.length;
  const room = Math.floor((MAX_METRICS_BYTES - metricsBytes(plan)) / (runs * PROVENANCE));
  return shards + Math.min(Math.max(room, 0), (PIECES - 1) * shards);
}

/**
 * The speed to reckon with for a device that reports none: that of its last result, where the plan's own length would take it too long. A longer shard than
 * the plan's is only for who asks for it.
 * @param last steps in a second; null: it has no result yet
 */
export const untoldSpeed = (last: number | null, { shardSteps }: Pick<Plan, "shardSteps">): number | null =>
  last !== null && last * TARGET_SECONDS < shardSteps ? last : null;
