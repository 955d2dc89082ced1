import type { Variant } from "../../shared/protocol/experiment.ts";

/**
 * Names route themselves: a shard's and a lease's name begin with their experiment's, which has no dot.
 * `training-pilot-1a2b3c4d.batchnorm-lr0.1.s3.k0` is the first shard of that variant's run with seed 3.
 */
export const shardId = (experiment: string, variant: Variant, seed: number, index: number) =>
  `${experiment}.${variant.id}.s${seed}.k${index}`;

export const leaseId = (experiment: string, uuid: string) => `${experiment}.${uuid}`;

/** Experiment that a shard's or a lease's name belongs to. */
export const experimentOf = (name: string) => name.split(".", 1)[0] ?? "";
