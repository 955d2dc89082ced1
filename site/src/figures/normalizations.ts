import type { Normalization } from "../../../shared/protocol/training-spec.ts";
import type { Colour } from "../styles/palette.ts";

/** What each normalization is called at its curve, and its colour: the same in every figure. */
export const NORMALIZATIONS: Readonly<Record<Normalization, { readonly name: string; readonly colour: Colour }>> = {
  none: { name: "Standard", colour: "standard" },
  batch: { name: "BatchNorm", colour: "batchnorm" },
  "noisy-batch": { name: "Noisy BN", colour: "noisy" },
  noise: { name: "Std + noise", colour: "noise" },
  l1: { name: "L1 norm", colour: "l1" },
  l2: { name: "L2 norm", colour: "l2" },
  linf: { name: "L∞ norm", colour: "linf" },
  layer: { name: "LayerNorm", colour: "l1" },
  group: { name: "GroupNorm", colour: "l2" },
  instance: { name: "InstanceNorm", colour: "linf" },
  weight: { name: "WeightNorm", colour: "noisy" },
};
