import { trainingSpec } from "../../shared/experiments/experiment.ts";
import type { Row } from "../../shared/protocol/bundle.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import type { Result, StoredResult } from "../../shared/protocol/result.ts";
import { checkResult } from "../../workers/coordinator/validator.ts";
import { shardOf } from "../../workers/coordinator/work-generator.ts";
import { Difference } from "./lines.ts";

/**
 * Relations between a stored result's numbers, its shard and its plan: the same that were checked when it was accepted.
 * @returns whether it is signed
 */
export async function checkStored(at: string, stored: StoredResult, row: Row, { id, plan }: ExperimentHeader): Promise<boolean> {
  const { variant, seed, provenance, divergedAt, training, evaluation, measurements } = stored;
  if (!plan.variants.some((one) => one.id === variant) || !plan.seeds.includes(seed)) {
    throw new Difference(`${at}: got ${variant}, seed ${seed}, want a run of the plan`);
  }
  const { fromStep, toStep, startCheckpoint, endCheckpoint, modelSha256, trainMs, evaluateMs } = provenance;
  const steps = (divergedAt ?? toStep) - fromStep;
  if (row.steps !== steps) throw new Difference(`${at}: steps: got ${row.steps}, want ${steps}`);
  const run = { variant, seed, shards: 0, step: fromStep, checkpoint: startCheckpoint, divergedAt: null };
  const shard = shardOf(id, plan, run, { index: 0, fromStep, toStep });
  const result: Result = {
    ...{ modelSha256, startCheckpoint, endCheckpoint, divergedAt, trainMs, evaluateMs },
    ...{ training, evaluation, measurements },
  };
  // Its model is not compiled again: another release compiles another one.
  const [fault] = checkResult(result, shard, trainingSpec(plan, shard.variant, seed), modelSha256);
  if (fault) throw new Difference(`${at}: ${fault.path}: ${fault.message}`);
  return Promise.resolve(false);
}
