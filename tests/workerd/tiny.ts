import type { ExperimentHeader, Plan } from "../../shared/protocol/experiment.ts";
import type { Device, Lease, LeaseRequest } from "../../shared/protocol/lease.ts";
import type { StoredResult } from "../../shared/protocol/result.ts";
import { normalizationVariant } from "../../shared/experiments/variant.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { resultOf } from "../../scripts/crowd/made-up-result.ts";

export { checkpointOf, commitOf, resultOf } from "../../scripts/crowd/made-up-result.ts";

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
