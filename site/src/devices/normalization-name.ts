import type { Normalization } from "../../../shared/protocol/training-spec.ts";

const NORMALIZATIONS: Partial<Record<Normalization, string>> = {
  ...{ none: "none", batch: "BatchNorm", "noisy-batch": "BatchNorm with noise", noise: "noise alone" },
  ...{ l1: "L1 norm", l2: "L2 norm", linf: "L∞ norm" },
};

/** A normalization as pages call it; those that the paper does not have keep the code's word. */
export const normalizationName = (one: string): string => NORMALIZATIONS[one as Normalization] ?? one;
