import { relu } from "../graph/ops/relu.ts";
import type { Value } from "../graph/value.ts";
import type { Build } from "./build.ts";
import { normalizations } from "./normalization/index.ts";

/** What follows the non-linearity; max-pool is moved before it where that changes nothing. */
interface Next {
  readonly activation?: "relu" | "linear";
  readonly pool?: (x: Value) => Value;
}

/** A linear map's output to the next layer's input: normalization and activation in the chosen order, then pooling. */
export function activate(build: Build, z: Value, { activation = "relu", pool = (x) => x }: Next = {}): Value {
  const nonlinear = activation === "relu" ? relu : (x: Value) => x;
  const normalize = (x: Value) => normalizations[build.normalization].activations(build, x);
  if (build.placement === "after") {
    build.observe?.(z);
    return pool(normalize(nonlinear(z)));
  }
  const normalized = normalize(z);
  build.observe?.(normalized);
  // Max-pool and ReLU commute; pooling first leaves ReLU a quarter of the work.
  return nonlinear(pool(normalized));
}
