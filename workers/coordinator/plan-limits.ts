import type { Plan } from "../../shared/protocol/experiment.ts";
import { shardId } from "./names.ts";
import { metricsBytes, resultBytes } from "./plan-bytes.ts";
import { shardsPerRun } from "./work-generator.ts";

/** Merged metrics of an experiment: KV holds 25 MiB under one key, and what is known beforehand is an upper bound. */
export const MAX_METRICS_BYTES = 24 * 2 ** 20;
/** One result: as much as a request may bring, and less than SQLite's 2 MB for one value. */
export const MAX_RESULT_BYTES = 2 ** 20;
const MAX_SHARDS = 10_000;
/** A Worker takes request bodies up to 100 MB. */
export const MAX_CHECKPOINT_BYTES = 95 * 2 ** 20;

/** What of a plan would not fit, in words; empty: it can be run. @param checkpointBytes size of its largest checkpoint */
export function planFaults(experiment: string, plan: Plan, checkpointBytes: number): string[] {
  const runs = plan.variants.length * plan.seeds.length;
  const [metrics, result] = [metricsBytes(plan), resultBytes(plan)];
  const shards = runs * shardsPerRun(plan);
  const longestName = Math.max(
    ...plan.variants.flatMap((variant) =>
      plan.seeds.map((seed) => shardId(experiment, variant, seed, shardsPerRun(plan)).length),
    ),
  );
  const faults: string[] = [];
  if (metrics > MAX_METRICS_BYTES) {
    faults.push(`steps x runs: got up to ${metrics} bytes of curves and measurements, want at most ${MAX_METRICS_BYTES}`);
  }
  if (result > MAX_RESULT_BYTES) {
    faults.push(`one shard: got results of up to ${result} bytes, want at most ${MAX_RESULT_BYTES}`);
  }
  if (shards > MAX_SHARDS) faults.push(`steps x runs: got ${shards} shards, want at most ${MAX_SHARDS}`);
  if (checkpointBytes > MAX_CHECKPOINT_BYTES) {
    faults.push(`overrides.width: got checkpoints of ${checkpointBytes} bytes, want at most ${MAX_CHECKPOINT_BYTES}`);
  }
  if (longestName > 100)
    faults.push(`experiment: ${experiment} makes names of ${longestName} characters, want a rerun of an earlier experiment`);
  return faults;
}
