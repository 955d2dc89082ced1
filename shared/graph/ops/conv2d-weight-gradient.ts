import { channelFactor } from "../channel-factor.ts";
import { convolutionSizes, eachProduct, type Window } from "../convolution.ts";
import { emulatedWeightGradient } from "../emulated.ts";
import { weightGradientFor } from "../formulations.ts";
import { defineOp } from "../op.ts";
import { elements, type Value } from "../value.ts";
import { columnsOfSlices, weightGradients } from "../weight-gradients.ts";
import { isByTiles, weightGradientByTiles } from "../winograd.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dInputGradient } from "./conv2d-input-gradient.ts";

interface Attributes {
  readonly [key: string]: number | readonly number[];
  readonly stride: number;
  readonly pad: number;
  readonly shape: readonly number[];
}

export const op = defineOp<Attributes>({
  name: "conv2d-weight-gradient",
  infer: ([x], { shape }) => ({ dtype: x!.dtype, shape }),
  reference([x, dy], [xType], { stride, pad }, output) {
    const dw = new Float64Array(elements(output.shape));
    const sizes = convolutionSizes("conv2d-weight-gradient", xType!, output, { stride, pad });
    eachProduct(sizes, { stride, pad }, (xi, wi, yi) => (dw[wi] = dw[wi]! + x![xi]! * dy![yi]!));
    return dw;
  },
  lower(emit, [x, dy], { inputs: [images], shape }, { stride, pad }) {
    const sizes = convolutionSizes("conv2d-weight-gradient", images!, { dtype: "float32", shape }, { stride, pad });
    return columnsOfSlices(emit, x!, dy!, sizes, { stride, pad });
  },
  emulated(emit, [x, dy], { inputs: [images], shape }, { stride, pad }) {
    const window = { stride, pad };
    const sizes = convolutionSizes("conv2d-weight-gradient", images!, { dtype: "float32", shape }, window);
    return emulatedWeightGradient(emit, x!, dy!, sizes, window);
  },
  batchLast: {
    result: "parameter",
    lower(emit, [x, dy], { inputs: [images], shape, dtype }, { stride, pad }) {
      const window = { stride, pad };
      const sizes = convolutionSizes("conv2d-weight-gradient", images!, { dtype, shape }, window);
      if (isByTiles("conv2d-weight-gradient", dtype, sizes, window))
        return weightGradientByTiles(emit, x!.batchLast, dy!.batchLast, sizes);
      return weightGradients[weightGradientFor(sizes, window)](emit, x!.batchLast, dy!.batchLast, sizes, window);
    },
  },
  vjp: (cotangent, { inputs: [x, dy] }, { stride, pad }) => [
    conv2dInputGradient(dy!, cotangent, x!.shape, { stride, pad }),
    conv2d(x!, cotangent, { stride, pad }),
  ],
  // One for each formulation that formulations.ts and emulated.ts choose.
  examples: [
    {
      inputs: [
        { dtype: "float32", shape: [2, 3, 4, 4] },
        { dtype: "float32", shape: [2, 2, 4, 4] },
      ],
      attributes: { stride: 1, pad: 1, shape: [2, 3, 3, 3] },
    },
    {
      inputs: [
        { dtype: "float32", shape: [1, 2, 4, 4] },
        { dtype: "float32", shape: [1, 3, 2, 2] },
      ],
      attributes: { stride: 2, pad: 0, shape: [3, 2, 1, 1] },
    },
    {
      inputs: [
        { dtype: "float32", shape: [1, 5, 16, 4] },
        { dtype: "float32", shape: [1, 2, 16, 4] },
      ],
      attributes: { stride: 1, pad: 1, shape: [2, 5, 3, 3] },
    },
    {
      inputs: [
        { dtype: "float32", shape: [2, 5, 6, 4] },
        { dtype: "float32", shape: [2, 6, 6, 4] },
      ],
      attributes: { stride: 1, pad: 1, shape: [6, 5, 3, 3] },
    },
    {
      inputs: [
        { dtype: "float32", shape: [2, 5, 4, 4] },
        { dtype: "float32", shape: [2, 6, 2, 2] },
      ],
      attributes: { stride: 2, pad: 1, shape: [6, 5, 3, 3] },
    },
    {
      inputs: [
        { dtype: "float32", shape: [2, 5, 2, 2] },
        { dtype: "float32", shape: [2, 6, 2, 2] },
      ],
      attributes: { stride: 1, pad: 1, shape: [6, 5, 3, 3] },
    },
    {
      inputs: [
        { dtype: "float32", shape: [3, 5, 2, 2] },
        { dtype: "float32", shape: [3, 2, 2, 2] },
      ],
      attributes: { stride: 1, pad: 1, shape: [2, 5, 3, 3] },
    },
    {
      inputs: [
        { dtype: "float32", shape: [1, 1, 3, 2] },
        { dtype: "float32", shape: [1, 16, 3, 2] },
      ],
      attributes: { stride: 1, pad: 1, shape: [16, 1, 3, 3] },
    },
  ],
});

/** Cotangent of conv2d's weights [m, c, kh, kw] = `shape`, from its images and the cotangent of its output. */
export function conv2dWeightGradient(x: Value, dy: Value, shape: readonly number[], { stride, pad }: Window): Value {
  const scaled = channelFactor(dy);
  return scaled ? scaled.onto(op([x, scaled.rest], { stride, pad, shape })) : op([x, dy], { stride, pad, shape });
}
