import type { Variant } from "../protocol/experiment.ts";
import type { Normalization } from "../protocol/training-spec.ts";

const WORDS: Readonly<Record<Normalization, { id: string; label: string }>> = {
  none: { id: "standard", label: "Standard" },
  batch: { id: "batchnorm", label: "Standard + BatchNorm" },
};

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
