import { normalizationVariant } from "../../shared/experiments/variant.ts";
import type { ExperimentHeader, Plan, Variant } from "../../shared/protocol/experiment.ts";
import type { RerunRequest } from "../../shared/protocol/rerun.ts";
import { type Outcome, done, refuse } from "../problem.ts";
import { shardId } from "./names.ts";
import { shardsPerRun } from "./work-generator.ts";

/** Rows of all curves together: the merged metrics stay far below KV's 25 MiB. */
export const MAX_ROWS = 100_000;
export const MAX_SHARDS = 5_000;
/** A Worker takes request bodies up to 100 MB. */
export const MAX_CHECKPOINT_BYTES = 95 * 2 ** 20;
/** A shard shorter than this costs more to fetch and hand in than to train. */
const MIN_SHARD_STEPS = 10;

/**
 * The experiment that a rerun trains: its parent's plan with what was asked for changed, and everything that depends on that kept valid.
 * @param n how many reruns its parent has with this one
 * @param checkpointBytes size of the largest variant's checkpoint
 */
export function rerunHeader(
  parent: ExperimentHeader,
  request: RerunRequest,
  n: number,
  checkpointBytes: (plan: Plan) => number,
): Outcome<ExperimentHeader> {
  const unknown = request.variants?.filter((id) => !parent.plan.variants.some((variant) => variant.id === id)) ?? [];
  if (unknown.length > 0) {
    const known = parent.plan.variants.map(({ id }) => id).join(", ");
    return refuse(404, { title: "No such variant", detail: `got ${unknown.join(", ")}, want some of ${known}` });
  }
  const plan = rerunPlan(parent, request);
  const header = { ...parent, id: `${parent.id}-rerun-${n}`, parent: parent.id, reason: request.reason ?? null, plan };
  const faults = limits(header, checkpointBytes(plan));
  if (faults.length > 0) {
    return refuse(422, {
      title: "This rerun cannot be run",
      detail: faults.join("; "),
      remedy: "Change what is named and ask again.",
    });
  }
  return done(header);
}

function rerunPlan(parent: ExperimentHeader, { variants: chosen, seeds, overrides }: RerunRequest): Plan {
  const { plan } = parent;
  const steps = overrides.steps ?? plan.spec.steps;
  const batchSize = overrides.batchSize ?? plan.spec.batchSize;
  const width = overrides.width ?? plan.spec.network.width;
  // A shard is sized to a visit of minutes; a step's cost grows with the batch and with the square of the width.
  const costRatio = (batchSize / plan.spec.batchSize) * (width / plan.spec.network.width) ** 2;
  const shardSteps = Math.max(MIN_SHARD_STEPS, Math.floor(plan.shardSteps / Math.max(1, costRatio)));
  return {
    ...plan,
    about: `VGG-${plan.spec.network.depth}, width ${width}, batch ${batchSize}, ${steps} steps: a rerun of ${parent.id}.`,
    variants: withLearningRate(
      chosen ? plan.variants.filter(({ id }) => chosen.includes(id)) : plan.variants,
      overrides.learningRate,
    ),
    seeds: seeds ?? plan.seeds,
    shardSteps: Math.min(plan.shardSteps, shardSteps, steps),
    spec: {
      ...plan.spec,
      network: { ...plan.spec.network, width },
      batchSize,
      steps,
      recordEvery: Math.min(plan.spec.recordEvery, steps),
      evaluateEvery: Math.min(plan.spec.evaluateEvery, steps),
    },
  };
}

/** Variants renamed for another learning rate; those that were told apart only by it become one. */
function withLearningRate(variants: readonly Variant[], learningRate: number | undefined): Variant[] {
  if (learningRate === undefined) return [...variants];
  const renamed = variants.map(({ normalization }) => normalizationVariant(normalization, learningRate));
  return renamed.filter(({ id }, i) => renamed.findIndex((other) => other.id === id) === i);
}

/** What would not fit, in words. */
function limits(header: ExperimentHeader, checkpointBytes: number): string[] {
  const { plan } = header;
  const runs = plan.variants.length * plan.seeds.length;
  const rows = runs * (plan.spec.steps / plan.spec.recordEvery + plan.spec.steps / plan.spec.evaluateEvery);
  const shards = runs * shardsPerRun(plan);
  const longestName = Math.max(
    ...plan.variants.flatMap((variant) => plan.seeds.map((seed) => shardId(header.id, variant, seed, shardsPerRun(plan)).length)),
  );
  const faults: string[] = [];
  if (rows > MAX_ROWS) faults.push(`steps x runs: got ${Math.ceil(rows)} recorded rows, want at most ${MAX_ROWS}`);
  if (shards > MAX_SHARDS) faults.push(`steps x runs: got ${shards} shards, want at most ${MAX_SHARDS}`);
  if (checkpointBytes > MAX_CHECKPOINT_BYTES) {
    faults.push(`overrides.width: got checkpoints of ${checkpointBytes} bytes, want at most ${MAX_CHECKPOINT_BYTES}`);
  }
  if (longestName > 100)
    faults.push(`experiment: ${header.id} makes names of ${longestName} characters, want a rerun of an earlier experiment`);
  return faults;
}
