import { reshape } from "../../graph/ops/reshape.ts";
import { elements, type Value, within } from "../../graph/value.ts";
import { activate } from "../block.ts";
import type { Build } from "../build.ts";
import { linear } from "../layers.ts";

export interface MlpSpec {
  readonly family: "mlp";
  /** Hidden layers, each normalized. */
  readonly depth: number;
  readonly units: number;
  readonly activation: "relu" | "linear";
}

/** Fully connected network on flattened images: [n, ...] -> logits [n, 10]; for gradient explosion in depth (Yang et al. 2019). */
export function mlp(spec: MlpSpec, build: Build, images: Value): Value {
  let x = reshape(images, [images.shape[0]!, elements(images.shape) / images.shape[0]!]);
  for (let layer = 1; layer <= spec.depth; layer++) {
    x = within(`hidden${layer}`, () => activate(build, linear(build, "linear", x, spec.units), { activation: spec.activation }));
  }
  return linear(build, "logits", x, 10, { last: true });
}
