import type { Plan, Variant } from "../../shared/protocol/experiment.ts";
import { shardId } from "./names.ts";

/** One variant x one seed, as far as it has been trained. */
export interface Run {
  readonly variant: string;
  readonly seed: number;
  /** Shards accepted; the next one has this index. */
  readonly shards: number;
  /** Where the last accepted shard ended, which is where the next one begins. */
  readonly step: number;
  /** The state there; null before the first shard, and after a divergence. */
  readonly checkpoint: string | null;
  readonly divergedAt: number | null;
}

/** A contiguous range of a run's steps: what a volunteer trains at a time. How long it is, is decided when it is leased. */
export interface Shard {
  readonly id: string;
  readonly variant: Variant;
  readonly seed: number;
  readonly index: number;
  /** How many the run would have if the others were as long as this one. */
  readonly of: number;
  readonly fromStep: number;
  readonly toStep: number;
  readonly startCheckpoint: string | null;
}

/** An experiment's runs before anything was trained: seed by seed, each seed with every variant. */
export function plannedRuns(plan: Plan): Run[] {
  return plan.seeds.flatMap((seed) =>
    plan.variants.map(({ id }) => ({ variant: id, seed, shards: 0, step: 0, checkpoint: null, divergedAt: null })),
  );
}

/** Shards that a run of this plan is cut into where nothing is known about the devices. */
export const shardsPerRun = (plan: Plan) => Math.ceil(plan.spec.steps / plan.shardSteps);

export const isFinished = (plan: Plan, run: Run) => run.divergedAt !== null || run.step >= plan.spec.steps;

/** Steps of a run that are resolved: trained, or up to where it diverged. */
export const trainedSteps = (run: Run) => run.divergedAt ?? run.step;

/** Whether a run still waits for the shard of a lease: nobody else resolved it, and it was not taken back. */
export const waitsFor = (run: Run, lease: { readonly index: number; readonly fromStep: number }): boolean =>
  run.divergedAt === null && run.shards === lease.index && run.step === lease.fromStep;

/**
 * The shard that a run waits for, or null when the run is over. Shards are chained: one run has at most one.
 * @param toStep where it ends; by default after the plan's own length
 */
export function openShard(experiment: string, plan: Plan, run: Run, toStep = run.step + plan.shardSteps): Shard | null {
  if (isFinished(plan, run)) return null;
  return shardOf(experiment, plan, run, { index: run.shards, fromStep: run.step, toStep: Math.min(toStep, plan.spec.steps) });
}

/** The shard of a lease, of a run as it is now. @throws Error when the plan has no such variant */
export function shardOf(
  experiment: string,
  plan: Plan,
  run: Run,
  { index, fromStep, toStep }: { readonly index: number; readonly fromStep: number; readonly toStep: number },
): Shard {
  const variant = plan.variants.find(({ id }) => id === run.variant);
  if (!variant) throw new Error(`${experiment}: run of variant ${run.variant}: want one of the plan's variants`);
  return {
    id: shardId(experiment, variant, run.seed, index),
    variant,
    seed: run.seed,
    index,
    of: index + Math.max(1, Math.ceil((plan.spec.steps - fromStep) / (toStep - fromStep))),
    fromStep,
    toStep,
    startCheckpoint: run.checkpoint,
  };
}
