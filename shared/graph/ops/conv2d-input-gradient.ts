import { channelFactor } from "../channel-factor.ts";
import { convolutionSizes, eachProduct, type Window } from "../convolution.ts";
import { factorTakenBack } from "../emulated-channels.ts";
import { flipped, transposed } from "../input-gradients.ts";
import { defineOp } from "../op.ts";
import { stored } from "../storage.ts";
import { elements, type Value } from "../value.ts";
import { inputGradientByTiles, isByTiles } from "../winograd.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dWeightGradient } from "./conv2d-weight-gradient.ts";

interface Attributes {
  readonly [key: string]: number | readonly number[];
  readonly stride: number;
  readonly pad: number;
  readonly shape: readonly number[];
}

export const op = defineOp<Attributes>({
  name: "conv2d-input-gradient",
  infer: ([dy], { shape }) => ({ dtype: dy!.dtype, shape }),
  reference([dy, w], [, wType], { stride, pad }, output) {
    const dx = new Float64Array(elements(output.shape));
    const sizes = convolutionSizes("conv2d-input-gradient", output, wType!, { stride, pad });
    eachProduct(sizes, { stride, pad }, (xi, wi, yi) => (dx[xi] = dx[xi]! + dy![yi]! * w![wi]!));
    return dx;
  },
  lower(emit, [dy, w], { inputs: [, weights], shape, dtype }, { stride, pad }) {
    const sizes = convolutionSizes("conv2d-input-gradient", { dtype, shape }, weights!, { stride, pad });
    return transposed(emit, dy!, w!, sizes, { stride, pad });
  },
  emulated(emit, _inputs, output, attributes) {
    const taken = factorTakenBack(emit, output.inputs[0]!, output.inputs[1]!);
    return taken && output.op.lower(emit, taken, output, attributes);
  },
  batchLast: {
    result: "activation",
    lower(emit, [dy, w], output, { stride, pad }) {
      const window = { stride, pad };
      const sizes = convolutionSizes("conv2d-input-gradient", output, output.inputs[1]!, window);
      if (isByTiles("conv2d-input-gradient", output.dtype, sizes, window))
        return inputGradientByTiles(emit, dy!.batchLast, w!.logical, sizes);
      if (stride === 1) return flipped(emit, dy!.batchLast, w!.logical, sizes, window);
      return stored(emit, output, transposed(emit, dy!.logical, w!.logical, sizes, window), false).batchLast;
    },
  },
  vjp: (cotangent, { inputs: [dy, w] }, { stride, pad }) => [
    conv2d(cotangent, w!, { stride, pad }),
    conv2dWeightGradient(cotangent, dy!, w!.shape, { stride, pad }),
  ],
  examples: [
    {
      inputs: [
        { dtype: "float32", shape: [2, 2, 4, 4] },
        { dtype: "float32", shape: [2, 3, 3, 3] },
      ],
      attributes: { stride: 1, pad: 1, shape: [2, 3, 4, 4] },
    },
    {
      inputs: [
        { dtype: "float32", shape: [2, 3, 4, 4] },
        { dtype: "float32", shape: [3, 2, 3, 3] },
      ],
      attributes: { stride: 1, pad: 1, shape: [2, 2, 4, 4] },
    },
    {
      inputs: [
        { dtype: "float32", shape: [1, 2, 2, 2] },
        { dtype: "float32", shape: [2, 2, 3, 3] },
      ],
      attributes: { stride: 2, pad: 1, shape: [1, 2, 4, 4] },
    },
  ],
});

/** Cotangent of conv2d's images [n, c, h, w] = `shape`, from that of its output and the weights. */
export function conv2dInputGradient(dy: Value, w: Value, shape: readonly number[], { stride, pad }: Window): Value {
  const scaled = channelFactor(dy);
  return op(scaled ? [scaled.rest, scaled.onto(w)] : [dy, w], { stride, pad, shape });
}
