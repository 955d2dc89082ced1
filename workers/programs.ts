import { trainingSpec } from "../shared/experiments/experiment.ts";
import { checkpointBytes } from "../shared/nn/checkpoint.ts";
import { memoryNeed, type MemoryNeed } from "../shared/nn/memory-need.ts";
import { type ProgramSpec, type Target, compileTraining, stateLayout } from "../shared/nn/training.ts";
import type { Plan, Variant } from "../shared/protocol/experiment.ts";
import type { Provider } from "../shared/protocol/lease.ts";

/** What the coordinator has to know about networks; the same code compiles them at the volunteer's. */

/** SHA-256 of the ONNX model that trains this network; compiling takes a moment, so the caller keeps the answer. */
export const modelSha256 = (spec: ProgramSpec, target: Target): string => compileTraining(spec, target).train.sha256;

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
