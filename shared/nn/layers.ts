import { add } from "../graph/ops/add.ts";
import { conv2d } from "../graph/ops/conv2d.ts";
import { matmul } from "../graph/ops/matmul.ts";
import { type Value, within } from "../graph/value.ts";
import type { Parameters } from "./parameters.ts";

/** 3 x 3 convolution with bias that keeps height and width: [n, c, h, w] -> [n, channels, h, w]. */
export function conv3x3(parameters: Parameters, name: string, x: Value, channels: number): Value {
  return within(name, () => {
    const weight = parameters.get("weight", [channels, x.shape[1]!, 3, 3]);
    return conv2d(x, weight, { stride: 1, pad: 1 }, parameters.get("bias", [channels]));
  });
}

/** Linear layer with bias: [n, features] -> [n, outputs]. */
export function linear(parameters: Parameters, name: string, x: Value, outputs: number): Value {
  return within(name, () => {
    const weight = parameters.get("weight", [x.shape[1]!, outputs]);
    return add(matmul(x, weight), parameters.get("bias", [outputs]));
  });
}
