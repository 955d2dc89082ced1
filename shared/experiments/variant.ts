import type { Variant } from "../protocol/experiment.ts";
import type { Normalization } from "../protocol/training-spec.ts";

const WORDS: Readonly<Record<Normalization, { id: string; label: string }>> = {
  none: { id: "standard", label: "Standard" },
  batch: { id: "batchnorm", label: "BatchNorm" },
  "noisy-batch": { id: "noisy-batchnorm", label: "Noisy BatchNorm" },
  noise: { id: "standard-noise", label: "Standard + noise" },
  l1: { id: "l1", label: "L1 norm" },
  l2: { id: "l2", label: "L2 norm" },
  linf: { id: "linf", label: "L∞ norm" },
  layer: { id: "layernorm", label: "LayerNorm" },
  group: { id: "groupnorm", label: "GroupNorm" },
  instance: { id: "instancenorm", label: "InstanceNorm" },
  weight: { id: "weightnorm", label: "WeightNorm" },
};

/** A normalization in a word or two, as legends show it. */
export const normalizationLabel = (normalization: Normalization): string => WORDS[normalization].label;

/** The variant of a network that differs in normalization and learning rate; its name follows from both, so it cannot say something else. */
export function normalizationVariant(normalization: Normalization, learningRate: number): Variant {
  const words = WORDS[normalization];
  return {
    id: `${words.id}-lr${learningRate}`,
    label: `${words.label}, learning rate ${learningRate}`,
    normalization,
    learningRate,
  };
}
