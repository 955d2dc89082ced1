import { measuredBetween, measuredHash, rowsBetween } from "../../shared/audit/interval.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { encodeCheckpoint } from "../../shared/nn/checkpoint.ts";
import { stateLayout } from "../../shared/nn/training.ts";
import { type Commit, OPENING_STEPS } from "../../shared/protocol/audit.ts";
import type { ExperimentHeader, Plan } from "../../shared/protocol/experiment.ts";
import type { Device, Lease, LeaseRequest } from "../../shared/protocol/lease.ts";
import type { Result, Series, StoredResult } from "../../shared/protocol/result.ts";
import { hasClasses } from "../../shared/protocol/training-spec.ts";
import { normalizationVariant } from "../../shared/experiments/variant.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { measurementsOf } from "./tiny-measurements.ts";

/** A plan as small as the protocol allows: 2 variants x 2 seeds, 3 shards of 2 steps. What is tested is the coordinator, not training. */
export const tinyPlan: Plan = {
  profile: "pilot",
  about: "Six steps of the smallest network: for tests.",
  variants: [normalizationVariant("none", 0.1), normalizationVariant("batch", 0.1)],
  seeds: [1, 2],
  shardSteps: 2,
  spec: {
    dataset: "cifar-10",
    network: { family: "vgg", depth: 11, width: 1 / 64, head: "linear" },
    weightDecay: 0,
    batchSize: 2,
    steps: 6,
    recordEvery: 1,
    evaluateEvery: 3,
    probes: {
      landscape: { every: 2, along: [0.5, 1], random: [1] },
      shift: { every: 2, layers: [2] },
      activations: { every: 3, layers: [1, 8], bins: 4 },
      theorem: { every: 2 },
    },
  },
};

/** Shard `index` of a run that is cut into shards of the plan's own length. */
export function rangeOf({ shardSteps, spec }: Plan, index: number) {
  return { index, fromStep: index * shardSteps, toStep: Math.min((index + 1) * shardSteps, spec.steps) };
}

/** The smallest deep linear network with every probe: float64, nothing classified, no test set. */
export const tinyDeepLinear: Plan = {
  ...tinyPlan,
  variants: [normalizationVariant("none", 1e-4), normalizationVariant("batch", 1e-4)],
  spec: {
    dataset: "linear-map",
    network: { family: "deep-linear", layers: 3, units: 4 },
    weightDecay: 0,
    batchSize: 16,
    steps: 6,
    recordEvery: 1,
    evaluateEvery: null,
    probes: {
      landscape: { every: 2, along: [0.01, 1], random: [1] },
      shift: { every: 1, layers: [1, 3] },
      activations: { every: 3, layers: [1, 2], bins: 4 },
      theorem: { every: 2 },
    },
  },
};

export const tinyHeader = (id: string, change: Partial<Plan> = {}): ExperimentHeader => ({
  id,
  title: "Tiny",
  question: "Does the coordinator coordinate?",
  figures: [],
  parent: null,
  reason: null,
  plan: { ...tinyPlan, ...change },
});

export const device: Device = { provider: "cpu", adapter: null, threads: 1, runtime: "none", platform: "tests" };

export const leaseRequest = (change: Partial<LeaseRequest> = {}): LeaseRequest => ({
  protocol: PROTOCOL_VERSION,
  device,
  ...change,
});

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

/** Every result of a finished tiny experiment, in the plan's order. */
export function allResults(plan: Plan): StoredResult[] {
  return plan.seeds.flatMap((seed) =>
    plan.variants.flatMap((variant) =>
      Array.from({ length: Math.ceil(plan.spec.steps / plan.shardSteps) }, (_, index): StoredResult => {
        const fromStep = index * plan.shardSteps;
        const toStep = Math.min(fromStep + plan.shardSteps, plan.spec.steps);
        const spec = { ...plan.spec, normalization: variant.normalization, learningRate: variant.learningRate, seed };
        const lease = { spec, shard: { fromStep, toStep }, modelSha256: "0".repeat(64), startCheckpoint: null } as Lease;
        const result = resultOf(lease, { endCheckpoint: null });
        const { training, evaluation, measurements, trainMs, evaluateMs, divergedAt, modelSha256 } = result;
        const provenance = {
          shard: `tiny.${variant.id}.s${seed}.k${index}`,
          fromStep,
          toStep,
          volunteer: `v${seed}`,
          device,
          modelSha256,
        };
        const rest = { startCheckpoint: null, endCheckpoint: null, trainMs, evaluateMs, acceptedAt: "2030-01-01T00:00:00.000Z" };
        const measured = { divergedAt, training, evaluation, measurements };
        return { variant: variant.id, seed, ...measured, provenance: { ...provenance, ...rest } };
      }),
    ),
  );
}
