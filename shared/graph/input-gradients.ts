import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { Emitter } from "./emit.ts";
import { batchLastSteps, batchLastWindow } from "./windows.ts";

/** Emits the cotangent of a convolution's images [n, c, h, w] from its outputs' cotangent dy [n, m, oh, ow] and the weights w [m, c, kh, kw]. */
export type InputGradient = (emit: Emitter, dy: string, w: string, sizes: ConvolutionSizes, window: Window) => string;

/**
 * In logical order, ONNX's own op for it: a matrix product whose columns are then added up where windows overlap. Serves every window. (Batch
 * last, with a third axis, ONNX Runtime takes eight times as long.)
 */
export const transposed: InputGradient = (emit, dy, w, { h, w: width, oh, ow, kh, kw }, { stride, pad }) => {
  // What a strided window left over at the far edge is padded back.
  const over = [h - ((oh - 1) * stride - 2 * pad + kh), width - ((ow - 1) * stride - 2 * pad + kw)];
  return emit.node("ConvTranspose", [dy, w], {
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    ...(over.some((n) => n > 0) && { output_padding: over }),
  });
};

/** Batch last, for stride 1: a convolution by the weights, turned by 180 degrees, inputs and outputs exchanged. */
export const flipped: InputGradient = (emit, dy, w, { c, m, kh, kw }, { pad }) => {
  const exchanged = emit.node("Transpose", [w], { perm: [1, 0, 2, 3] });
  const first = emit.ints([-1, -1]);
  const turned =
    kh * kw === 1 ? exchanged : emit.node("Slice", [exchanged, first, emit.ints([-kh - 1, -kw - 1]), emit.ints([2, 3]), first]);
  return emit.node("Conv", [dy, batchLastWindow(emit, turned, [c, m, kh, kw])], batchLastSteps(1, kh - 1 - pad));
};
