import { measuredBetween, measuredHash, rowsBetween } from "../../shared/audit/interval.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { encodeCheckpoint } from "../../shared/nn/checkpoint.ts";
import { stateLayout } from "../../shared/nn/training.ts";
import { type Commit, OPENING_STEPS } from "../../shared/protocol/audit.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import type { Result, Series } from "../../shared/protocol/result.ts";
import { hasClasses } from "../../shared/protocol/training-spec.ts";
import { measurementsOf } from "./made-up-measurements.ts";

/** The bytes that a volunteer would store at the end of this lease; `salt` makes others. */
export function checkpointOf({ spec, shard }: Lease, salt = 0): { bytes: Uint8Array<ArrayBuffer>; sha256: string } {
  const layout = stateLayout(spec);
  const value = spec.seed + shard.toStep / 100 + salt;
  const state = Object.fromEntries(
    layout.map(({ name, shape, dtype }) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return [name, (dtype === "float64" ? new Float64Array(length) : new Float32Array(length)).fill(value)];
    }),
  );
  const bytes = encodeCheckpoint({ step: shard.toStep, state }, layout);
  return { bytes, sha256: sha256Hex(bytes) };
}

/** A result that the protocol accepts, its numbers made from seed and step. Not training: only a coordinator may see it. */
export function resultOf(lease: Lease, change: Partial<Result> = {}): Result {
  const { spec, shard } = lease;
  const steps = (every: number | null, from: number, to: number) =>
    every === null ? [] : Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((step) => step % every === 0);
  const images = hasClasses(spec) ? { batch: spec.batchSize, test: 10_000 } : { batch: null, test: null };
  const { fromStep, toStep } = shard;
  const last = change.divergedAt ?? toStep - 1;
  const opening = Array.from({ length: Math.min(OPENING_STEPS, last + 1 - fromStep) }, (_, i) => fromStep + i);
  return {
    modelSha256: lease.modelSha256,
    startCheckpoint: lease.startCheckpoint,
    endCheckpoint: checkpointOf(lease).sha256,
    divergedAt: null,
    training: series(steps(spec.recordEvery, fromStep, toStep - 1), spec.seed, images.batch),
    evaluation: series(steps(spec.evaluateEvery, fromStep === 0 ? 0 : fromStep + 1, toStep), spec.seed, images.test),
    measurements: measurementsOf(spec, fromStep, toStep, (t) => lossAt(t, spec.seed)),
    opening: opening.map((step) => (step === change.divergedAt ? null : lossAt(step, spec.seed))),
    trainMs: 10 + spec.seed / 10,
    evaluateMs: 5,
    ...change,
  };
}

/** What a volunteer would bind after an interval of this result. */
export function commitOf(lease: Lease, result: Result, fromStep: number, step: number): Commit {
  const isEnd = step === (result.toStep ?? lease.shard.toStep);
  const opening = Array.from({ length: Math.min(OPENING_STEPS, step - fromStep) }, (_, i) =>
    lossAt(fromStep + i, lease.spec.seed),
  );
  const own = checkpointOf({ ...lease, shard: { ...lease.shard, toStep: step } }).sha256;
  const log = sha256Hex(canonicalJson(rowsBetween(result.training, fromStep, step)));
  const measured = measuredHash(measuredBetween(result.measurements, fromStep, step));
  return { ...measured, step, checkpoint: (isEnd ? result.endCheckpoint : null) ?? own, opening, log };
}

const lossAt = (t: number, seed: number) => 2.3 / (1 + t + seed);

/** @param images how many are classified; null: none */
function series(step: number[], seed: number, images: number | null): Series {
  const accuracyAt = (t: number) => (images === null ? null : Math.floor((images * ((t * 7 + seed * 3) % 10)) / 10) / images);
  return { step, loss: step.map((t) => lossAt(t, seed)), accuracy: step.map(accuracyAt) };
}
