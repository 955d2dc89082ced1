import type { Plan, Variant } from "../../shared/protocol/experiment.ts";
import { shardId } from "./names.ts";

/** One variant x one seed, as far as it has been trained. */
export interface Run {
  readonly variant: string;
  readonly seed: number;
  /** Shards accepted; the next one has this index. */
  readonly shards: number;
  /** Where the last accepted shard ended; null before the first, and after a divergence. */
  readonly checkpoint: string | null;
  readonly divergedAt: number | null;
}

/** A contiguous range of a run's steps: what a volunteer trains at a time. */
export interface Shard {
  readonly id: string;
  readonly variant: Variant;
  readonly seed: number;
  readonly index: number;
  readonly of: number;
  readonly fromStep: number;
  readonly toStep: number;
  readonly startCheckpoint: string | null;
}

/** An experiment's runs before anything was trained: seed by seed, each seed with every variant. */
export function plannedRuns(plan: Plan): Run[] {
  return plan.seeds.flatMap((seed) =>
    plan.variants.map(({ id }) => ({ variant: id, seed, shards: 0, checkpoint: null, divergedAt: null })),
  );
}

/** Shards that a run of this plan is cut into. */
export const shardsPerRun = (plan: Plan) => Math.ceil(plan.spec.steps / plan.shardSteps);

export const isFinished = (plan: Plan, run: Run) => run.divergedAt !== null || run.shards >= shardsPerRun(plan);

/** Steps of a run that are resolved: trained, or up to where it diverged. */
export const trainedSteps = (plan: Plan, run: Run) => run.divergedAt ?? Math.min(run.shards * plan.shardSteps, plan.spec.steps);

/** The shard that a run waits for, or null when the run is over. Shards are chained: one run has at most one. */
export function openShard(experiment: string, plan: Plan, run: Run): Shard | null {
  if (isFinished(plan, run)) return null;
  return shardOf(experiment, plan, run, run.shards);
}

/** Shard `index` of a run. @throws Error when the plan has no such variant */
export function shardOf(experiment: string, plan: Plan, run: Run, index: number): Shard {
  const variant = plan.variants.find(({ id }) => id === run.variant);
  if (!variant) throw new Error(`${experiment}: run of variant ${run.variant}: want one of the plan's variants`);
  const fromStep = index * plan.shardSteps;
  return {
    id: shardId(experiment, variant, run.seed, index),
    variant,
    seed: run.seed,
    index,
    of: shardsPerRun(plan),
    fromStep,
    toStep: Math.min(fromStep + plan.shardSteps, plan.spec.steps),
    startCheckpoint: run.checkpoint,
  };
}
