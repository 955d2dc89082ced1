import type { Result } from "../../shared/protocol/result.ts";
import { hasClasses, type TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { checkMeasurements } from "./check-measurements.ts";
import { checkSeries } from "./check-series.ts";
import { multiples } from "./due.ts";
import { type Fault, unless } from "./fault.ts";
import type { Shard } from "./work-generator.ts";

/** Images of CIFAR-10's test set: an evaluation counts right answers among them. */
export const TEST_IMAGES = 10_000;

/**
 * Relations between a result, its shard and its spec; shapes and ranges were checked by the schema. Empty: plausible.
 * In a run that diverged at step d, rows up to d are wanted.
 */
export function checkResult(result: Result, shard: Shard, spec: TrainingSpec, modelSha256: string): Fault[] {
  const { divergedAt, training, evaluation } = result;
  const end = divergedAt ?? shard.toStep;
  const recorded = multiples(spec.recordEvery, shard.fromStep, end - 1);
  const evaluated = multiples(
    spec.evaluateEvery,
    shard.fromStep === 0 ? 0 : shard.fromStep + 1,
    divergedAt === null ? end : end - 1,
  );
  const images = hasClasses(spec) ? { batch: spec.batchSize, test: TEST_IMAGES } : { batch: null, test: null };
  return [
    ...checkOrigin(result, shard, modelSha256),
    ...checkEnd(result, shard),
    ...checkTimes(result),
    ...checkSeries("training", training, { due: recorded, divergedAt, images: images.batch }),
    ...training.loss.flatMap((loss, i) =>
      unless(
        loss !== null || (divergedAt !== null && training.step[i] === divergedAt),
        `training.loss[${i}]`,
        loss,
        "a finite number (only a diverged step's loss is null)",
      ),
    ),
    ...checkSeries("evaluation", evaluation, { due: evaluated, divergedAt, images: images.test }),
    ...checkMeasurements(result, shard, spec),
  ];
}

function checkOrigin({ modelSha256, startCheckpoint }: Result, shard: Shard, wanted: string): Fault[] {
  const start = `${JSON.stringify(shard.startCheckpoint)}, where the shard starts`;
  return [
    ...unless(modelSha256 === wanted, "modelSha256", modelSha256, `${wanted}, the lease's model`),
    ...unless(startCheckpoint === shard.startCheckpoint, "startCheckpoint", startCheckpoint, start),
  ];
}

function checkEnd({ divergedAt, endCheckpoint }: Result, { fromStep, toStep }: Shard): Fault[] {
  if (divergedAt === null) {
    const want = "the checkpoint's SHA-256, because the run did not diverge";
    return unless(endCheckpoint !== null, "endCheckpoint", endCheckpoint, want);
  }
  const inside = divergedAt >= fromStep && divergedAt < toStep;
  return [
    ...unless(endCheckpoint === null, "endCheckpoint", endCheckpoint, "null, because a diverged run ends here"),
    ...unless(inside, "divergedAt", divergedAt, `a step of the shard, ${fromStep} to ${toStep - 1}`),
  ];
}

function checkTimes({ trainMs, evaluateMs, evaluation }: Result): Fault[] {
  const needsTime = evaluation.step.length > 0;
  return [
    ...unless(trainMs > 0, "trainMs", trainMs, "more than 0 ms"),
    ...unless(!needsTime || evaluateMs > 0, "evaluateMs", evaluateMs, "more than 0 ms for an evaluation"),
  ];
}
