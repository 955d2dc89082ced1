import { type Value, within } from "../../graph/value.ts";
import type { Build } from "../build.ts";
import { batch } from "./batch.ts";
import { type Normalizer, unchanged } from "./normalization.ts";

const disturb = (build: Build, x: Value): Value => (build.noise ? within("noise", () => build.noise!.disturb(x)) : x);

/** Algorithm 1 of the paper: BatchNorm, then noise that moves and scales every unit afresh at every step. */
export const noisyBatch: Normalizer = { ...batch, activations: (build, x) => disturb(build, batch.activations(build, x)) };

/** The same noise on the standard network's un-normalized values. */
export const noise: Normalizer = { ...unchanged, activations: disturb };
