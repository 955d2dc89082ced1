import { add } from "../graph/ops/add.ts";
import { conv2d } from "../graph/ops/conv2d.ts";
import { matmul } from "../graph/ops/matmul.ts";
import { stopGradient } from "../graph/ops/stop-gradient.ts";
import { type Value, within } from "../graph/value.ts";
import type { Build } from "./build.ts";
import { normalizations } from "./normalization/index.ts";

/** Convolution with bias that keeps height and width (at stride 1): [n, c, h, w] -> [n, channels, h / stride, w / stride]. `last`: not normalized. */
export function convolution(
  build: Build,
  name: string,
  x: Value,
  channels: number,
  { size = 3, stride = 1, last = false } = {},
): Value {
  return within(name, () => {
    const weight = build.parameters.get("weight", [channels, x.shape[1]!, size, size]);
    const effective = normalizations[build.normalization].weights(build, weight, 0);
    return conv2d(x, effective, { stride, pad: (size - 1) / 2 }, biasOf(build, channels, last));
  });
}

/** Linear layer with bias: [n, features] -> [n, outputs]. The last layer of a network is not normalized. */
export function linear(build: Build, name: string, x: Value, outputs: number, { last = false, bias = true } = {}): Value {
  return within(name, () => {
    const weight = build.parameters.get("weight", [x.shape[1]!, outputs]);
    const effective = last ? weight : normalizations[build.normalization].weights(build, weight, 1);
    const product = matmul(x, effective);
    return bias ? add(product, biasOf(build, outputs, last)) : product;
  });
}

/** Where normalization takes a bias away again, as part of the mean, its cotangent is exactly zero: none is computed. */
function biasOf(build: Build, outputs: number, last: boolean): Value {
  const bias = build.parameters.get("bias", [outputs]);
  const isTakenAway = !last && build.placement === "before" && normalizations[build.normalization].takesBiasAway;
  return isTakenAway ? stopGradient(bias) : bias;
}
