import { batch } from "./batch.ts";
import { group, instance, layer } from "./group.ts";
import { l1, l2, linf } from "./lp.ts";
import { noise, noisyBatch } from "./noisy.ts";
import { type Normalizer, unchanged } from "./normalization.ts";
import { weight } from "./weight.ts";

/** Every normalization of the study, by the name that specs carry. */
export const normalizations = {
  none: unchanged,
  batch,
  "noisy-batch": noisyBatch,
  noise,
  l1,
  l2,
  linf,
  layer,
  group,
  instance,
  weight,
} as const satisfies Record<string, Normalizer>;

export type Normalization = keyof typeof normalizations;

/** Whether training disturbs it with noise, so that a step needs a key. */
export const isNoisy = (normalization: Normalization): boolean => normalization === "noisy-batch" || normalization === "noise";
