import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { Emitter } from "./emit.ts";
import { batchLastSteps, batchLastWindow } from "./windows.ts";

/** Emits the cotangent of a convolution's images [n, c, h, w] from its outputs' cotangent dy [n, m, oh, ow] and the weights w [m, c, kh, kw]. */
export type InputGradient = (emit: Emitter, dy: string, w: string, sizes: ConvolutionSizes, window: Window) => string;

/** ONNX's own op for it: a matrix product whose columns are then added up where windows overlap. Serves every window. */
export const transposed: InputGradient = (emit, dy, w, sizes, { stride, pad }) => {
  const over = leftOver(sizes, { stride, pad });
  return emit.node("ConvTranspose", [dy, w], {
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    ...(over.some((n) => n > 0) && { output_padding: over }),
  });
};

/** The same, batch last. */
const batchLastTransposed: InputGradient = (emit, dy, w, sizes, { stride, pad }) => {
  const { m, c, kh, kw } = sizes;
  return emit.node("ConvTranspose", [dy, batchLastWindow(emit, w, [m, c, kh, kw])], {
    ...batchLastSteps(stride, pad),
    output_padding: [...leftOver(sizes, { stride, pad }), 0],
  });
};

/** For stride 1: a convolution by the weights, turned by 180 degrees, inputs and outputs exchanged. Batch last. */
const flipped: InputGradient = (emit, dy, w, { c, m, kh, kw }, { pad }) => {
  const exchanged = emit.node("Transpose", [w], { perm: [1, 0, 2, 3] });
  const first = emit.ints([-1, -1]);
  const turned =
    kh * kw === 1 ? exchanged : emit.node("Slice", [exchanged, first, emit.ints([-kh - 1, -kw - 1]), emit.ints([2, 3]), first]);
  return emit.node("Conv", [dy, batchLastWindow(emit, turned, [c, m, kh, kw])], batchLastSteps(1, kh - 1 - pad));
};

/** Every formulation for batch-last activations, by name: they compute the same. */
export const inputGradients = { transposed: batchLastTransposed, flipped } as const satisfies Record<string, InputGradient>;

export type InputGradientName = keyof typeof inputGradients;

/** What a strided window left over at the far edges is padded back. */
const leftOver = ({ h, w, oh, ow, kh, kw }: ConvolutionSizes, { stride, pad }: Window): [number, number] => [
  h - ((oh - 1) * stride - 2 * pad + kh),
  w - ((ow - 1) * stride - 2 * pad + kw),
];
