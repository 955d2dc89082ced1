import { trainingSpec } from "../shared/experiments/experiment.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { checkpointBytes } from "../shared/nn/checkpoint.ts";
import { memoryNeed, type MemoryNeed } from "../shared/nn/memory-need.ts";
import { type ProgramSpec, type Target, compileTraining, stateLayout } from "../shared/nn/training.ts";
import type { Plan, Variant } from "../shared/protocol/experiment.ts";
import type { Provider } from "../shared/protocol/lease.ts";

/** What the coordinator has to know about networks; the same code compiles them at the volunteer's. */

/** Compiling takes a moment, and an isolate holds many objects: experiments of one network, and their gateways. */
const compiled = new Map<string, string>();

/** SHA-256 of the ONNX model that trains this network. */
export function modelSha256(spec: ProgramSpec, target: Target): string {
  const { network, normalization, batchSize, placement, momentum } = spec;
  const key = canonicalJson({ network, normalization, batchSize, placement, momentum, target });
  const sha256 = compiled.get(key) ?? compileTraining(spec, target).train.sha256;
  compiled.set(key, sha256);
  return sha256;
}

/** What each variant of a plan takes of a device's memory; worked out once, when it is first asked for. */
export function memoryNeeds(plan: Plan, provider: Provider): (variant: Variant) => MemoryNeed {
  const known = new Map<string, MemoryNeed>();
  return (variant) => {
    const need = known.get(variant.normalization) ?? memoryNeed(trainingSpec(plan, variant, 0), provider);
    known.set(variant.normalization, need);
    return need;
  };
}

/** Upper bound of a checkpoint's size in bytes. */
export const maxCheckpointBytes = (spec: ProgramSpec): number => checkpointBytes(stateLayout(spec));

/** Upper bound over a plan's variants, in bytes. */
export const largestCheckpointBytes = (plan: Plan): number =>
  Math.max(...plan.variants.map((variant) => maxCheckpointBytes(trainingSpec(plan, variant, 0))));
