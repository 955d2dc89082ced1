import { normalizationVariant } from "../../shared/experiments/variant.ts";
import type { ExperimentHeader, Plan, Variant } from "../../shared/protocol/experiment.ts";
import type { RerunRequest } from "../../shared/protocol/rerun.ts";
import type { NetworkSpec } from "../../shared/protocol/training-spec.ts";
import { type Outcome, done, refuse } from "../problem.ts";
import { networkWords } from "./about.ts";
import { planFaults } from "./plan-limits.ts";

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
  const unfit = misfit(parent.plan.spec.network, request.overrides);
  if (unfit !== null) {
    return refuse(422, { title: "This rerun cannot be run", detail: unfit, remedy: "Leave it out and ask again." });
  }
  const plan = rerunPlan(parent, request);
  const header = { ...parent, id: `${parent.id}-rerun-${n}`, parent: parent.id, reason: request.reason ?? null, plan };
  const faults = planFaults(header.id, plan, checkpointBytes(plan));
  if (faults.length > 0) {
    return refuse(422, {
      title: "This rerun cannot be run",
      detail: faults.join("; "),
      remedy: "Change what is named and ask again.",
    });
  }
  return done(header);
}

/** What of a network may not be changed because it has no such thing, in words; null where everything fits. */
function misfit(network: NetworkSpec, { width }: RerunRequest["overrides"]): string | null {
  if (width === undefined || "width" in network) return null;
  return `overrides.width: got ${width}, want none, because ${networkWords(network)}, has no width`;
}

function rerunPlan(parent: ExperimentHeader, { variants: chosen, seeds, overrides }: RerunRequest): Plan {
  const { plan } = parent;
  const steps = overrides.steps ?? plan.spec.steps;
  const batchSize = overrides.batchSize ?? plan.spec.batchSize;
  const network = withWidth(plan.spec.network, overrides.width);
  // A shard is sized to a visit of minutes; a step's cost grows with the batch and with the square of the width.
  const costRatio = (batchSize / plan.spec.batchSize) * widthRatio(network, plan.spec.network) ** 2;
  const shardSteps = Math.max(MIN_SHARD_STEPS, Math.floor(plan.shardSteps / Math.max(1, costRatio)));
  return {
    ...plan,
    about: `${networkWords(network)}, batch ${batchSize}, ${steps} steps: a rerun of ${parent.id}.`,
    variants: withLearningRate(
      chosen ? plan.variants.filter(({ id }) => chosen.includes(id)) : plan.variants,
      overrides.learningRate,
    ),
    seeds: seeds ?? plan.seeds,
    shardSteps: Math.min(plan.shardSteps, shardSteps, steps),
    spec: {
      ...plan.spec,
      network,
      batchSize,
      steps,
      recordEvery: Math.min(plan.spec.recordEvery, steps),
      evaluateEvery: plan.spec.evaluateEvery === null ? null : Math.min(plan.spec.evaluateEvery, steps),
    },
  };
}

const withWidth = (network: NetworkSpec, width: number | undefined): NetworkSpec =>
  width !== undefined && "width" in network ? { ...network, width } : network;

const widthRatio = (network: NetworkSpec, before: NetworkSpec): number =>
  "width" in network && "width" in before ? network.width / before.width : 1;

/** Variants renamed for another learning rate; those that were told apart only by it become one. */
function withLearningRate(variants: readonly Variant[], learningRate: number | undefined): Variant[] {
  if (learningRate === undefined) return [...variants];
  const renamed = variants.map(({ normalization }) => normalizationVariant(normalization, learningRate));
  return renamed.filter(({ id }, i) => renamed.findIndex((other) => other.id === id) === i);
}
