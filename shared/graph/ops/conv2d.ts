import { convolutionSizes, eachProduct, type Window } from "../convolution.ts";
import { transposedConvolution } from "../emulated.ts";
import { defineOp } from "../op.ts";
import { elements, type Value } from "../value.ts";
import { batchLastSteps, batchLastWindow } from "../windows.ts";
import { convolutionByTiles, isByTiles } from "../winograd.ts";
import { constant } from "./constant.ts";
import { conv2dInputGradient } from "./conv2d-input-gradient.ts";
import { conv2dWeightGradient } from "./conv2d-weight-gradient.ts";
import { reduceSum } from "./reduce-sum.ts";
import { reshape } from "./reshape.ts";

export const op = defineOp<Window>({
  name: "conv2d",
  infer([x, w], window) {
    const { n, m, oh, ow } = convolutionSizes("conv2d", x!, w!, window);
    return { dtype: x!.dtype, shape: [n, m, oh, ow] };
  },
  reference([x, w, bias], [xType, wType], window, output) {
    const [, m, oh, ow] = output.shape as [number, number, number, number];
    const y = Float64Array.from({ length: elements(output.shape) }, (_, i) => bias![Math.floor(i / (oh * ow)) % m]!);
    const sizes = convolutionSizes("conv2d", xType!, wType!, window);
    eachProduct(sizes, window, (xi, wi, yi) => (y[yi] = y[yi]! + x![xi]! * w![wi]!));
    return y;
  },
  lower: (emit, inputs, _output, { stride, pad }) =>
    emit.node("Conv", inputs, { strides: [stride, stride], pads: [pad, pad, pad, pad] }),
  emulated(emit, inputs, output, window) {
    const [images, weights] = output.inputs;
    const sizes = convolutionSizes("conv2d", images!, weights!, window);
    return transposedConvolution(emit, inputs, sizes, window);
  },
  batchLast: {
    result: "activation",
    lower(emit, [x, w, bias], { inputs: [images, weights, added], dtype }, window) {
      const sizes = convolutionSizes("conv2d", images!, weights!, window);
      if (isByTiles("conv2d", dtype, sizes, window)) {
        const sums = convolutionByTiles(emit, x!.batchLast, w!.logical, sizes);
        return isZero(added!) ? sums : emit.node("Add", [sums, emit.reshape(bias!.logical, [1, sizes.m, 1, 1, 1])]);
      }
      return emit.node(
        "Conv",
        [x!.batchLast, batchLastWindow(emit, w!.logical, weights!.shape), bias!.logical],
        batchLastSteps(window.stride, window.pad),
      );
    },
  },
  vjp: (cotangent, { inputs: [x, w] }, window) => [
    conv2dInputGradient(cotangent, w!, x!.shape, window),
    conv2dWeightGradient(x!, cotangent, w!.shape, window),
    reshape(reduceSum(cotangent, [0, 2, 3]), [w!.shape[0]!]),
  ],
  examples: [
    {
      inputs: [
        { dtype: "float32", shape: [2, 3, 4, 4] },
        { dtype: "float32", shape: [2, 3, 3, 3] },
        { dtype: "float32", shape: [2] },
      ],
      attributes: { stride: 1, pad: 1 },
    },
    {
      inputs: [
        { dtype: "float32", shape: [1, 2, 4, 4] },
        { dtype: "float32", shape: [3, 2, 1, 1] },
        { dtype: "float32", shape: [3] },
      ],
      attributes: { stride: 2, pad: 0 },
    },
  ],
});

const isZero = ({ op, attributes }: Value) => op.name === "constant" && attributes["value"] === 0;

/** Cross-correlation of images [n, c, h, w] with weights [m, c, kh, kw], plus a bias [m] (default: none). */
export const conv2d = (x: Value, w: Value, window: Window, bias: Value = constant(0, x.dtype, [w.shape[0]!])): Value =>
  op([x, w, bias], window);
