import type { Result, Series } from "../../shared/protocol/result.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import type { Shard } from "./work-generator.ts";

/** Where a result contradicts what its lease asked for. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Images of CIFAR-10's test set: an evaluation counts right answers among them. */
export const TEST_IMAGES = 10_000;

/**
 * Relations between a result, its shard and its spec; shapes and ranges were checked by the schema. Empty: plausible.
 *
 * In a run that diverged at step d, rows up to d are wanted; a row of d itself (its loss not finite) may stand there or not, since
 * whether d was due to be recorded has nothing to do with the divergence.
 */
export function checkResult(result: Result, shard: Shard, spec: TrainingSpec, modelSha256: string): Fault[] {
  const { divergedAt } = result;
  const faults: Fault[] = [];
  const expect = (holds: boolean, path: string, got: unknown, want: string) => {
    if (!holds) faults.push({ path, message: `got ${JSON.stringify(got)}, want ${want}` });
  };
  expect(result.modelSha256 === modelSha256, "modelSha256", result.modelSha256, `${modelSha256}, the lease's model`);
  expect(
    result.startCheckpoint === shard.startCheckpoint,
    "startCheckpoint",
    result.startCheckpoint,
    `${JSON.stringify(shard.startCheckpoint)}, where the shard starts`,
  );
  if (divergedAt === null) {
    expect(result.endCheckpoint !== null, "endCheckpoint", null, "the checkpoint's SHA-256, because the run did not diverge");
  } else {
    expect(result.endCheckpoint === null, "endCheckpoint", result.endCheckpoint, "null, because a diverged run ends here");
    const inside = divergedAt >= shard.fromStep && divergedAt < shard.toStep;
    expect(inside, "divergedAt", divergedAt, `a step of the shard, ${shard.fromStep} to ${shard.toStep - 1}`);
  }
  expect(result.trainMs > 0, "trainMs", result.trainMs, "more than 0 ms");

  const end = divergedAt ?? shard.toStep;
  const recorded = multiples(spec.recordEvery, shard.fromStep, end - 1);
  const evaluated = multiples(
    spec.evaluateEvery,
    shard.fromStep === 0 ? 0 : shard.fromStep + 1,
    divergedAt === null ? end : end - 1,
  );
  faults.push(...checkSeries("training", result.training, recorded, divergedAt, spec.batchSize));
  faults.push(...checkSeries("evaluation", result.evaluation, evaluated, divergedAt, TEST_IMAGES));
  result.training.loss.forEach((loss, i) => {
    const mayBeNull = divergedAt !== null && result.training.step[i] === divergedAt;
    expect(loss !== null || mayBeNull, `training.loss[${i}]`, loss, "a finite number (only a diverged step's loss is null)");
  });
  const needsTime = result.evaluation.step.length > 0;
  expect(!needsTime || result.evaluateMs > 0, "evaluateMs", result.evaluateMs, "more than 0 ms for an evaluation");
  return faults;
}

/** Multiples of `every` in [from, to]. */
function multiples(every: number, from: number, to: number): number[] {
  const steps: number[] = [];
  for (let step = Math.ceil(from / every) * every; step <= to; step += every) steps.push(step);
  return steps;
}

/** One series has exactly the due steps, losses that can be cross-entropies, and accuracies that count whole images. */
function checkSeries(name: string, series: Series, due: readonly number[], divergedAt: number | null, images: number): Fault[] {
  const steps = divergedAt !== null && series.step.at(-1) === divergedAt ? series.step.slice(0, -1) : series.step;
  const faults: Fault[] = [];
  const wrong = due.findIndex((step, i) => steps[i] !== step);
  if (wrong >= 0) {
    faults.push({ path: `${name}.step[${wrong}]`, message: `got ${steps[wrong] ?? "no more rows"}, want ${due[wrong]}` });
  } else if (steps.length > due.length) {
    faults.push({
      path: `${name}.step[${due.length}]`,
      message: `got ${steps[due.length]}, want no more than ${due.length} rows`,
    });
  }
  series.loss.forEach((loss, i) => {
    if (loss !== null && loss < 0) faults.push({ path: `${name}.loss[${i}]`, message: `got ${loss}, want 0 or more` });
  });
  series.accuracy.forEach((accuracy, i) => {
    const right = Math.round(accuracy * images);
    if (Math.abs(accuracy - right / images) > 1e-6) {
      faults.push({ path: `${name}.accuracy[${i}]`, message: `got ${accuracy}, want a multiple of 1/${images}` });
    }
  });
  return faults;
}
