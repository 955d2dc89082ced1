import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { Emitter } from "./emit.ts";

/** Emits the cotangent of a convolution's images [n, c, h, w] from its outputs' cotangent dy [n, m, oh, ow] and the weights w [m, c, kh, kw]. */
export type InputGradient = (emit: Emitter, dy: string, w: string, sizes: ConvolutionSizes, window: Window) => string;

/** ONNX's own op for it: a matrix product whose columns are then added up where windows overlap. Serves every window. */
const transposed: InputGradient = (emit, dy, w, sizes, { stride, pad }) => {
  const { h, w: width, oh, ow, kh, kw } = sizes;
  // What a strided window left over at the far edge is padded back.
  const over = [h - ((oh - 1) * stride - 2 * pad + kh), width - ((ow - 1) * stride - 2 * pad + kw)];
  return emit.node("ConvTranspose", [dy, w], {
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    ...(over.some((n) => n > 0) && { output_padding: over }),
  });
};

/** For stride 1: a convolution by the weights, turned by 180 degrees, inputs and outputs exchanged. */
const flipped: InputGradient = (emit, dy, w, { kh, kw }, { pad }) => {
  const exchanged = emit.node("Transpose", [w], { perm: [1, 0, 2, 3] });
  const first = emit.ints([-1, -1]);
  const turned =
    kh * kw === 1 ? exchanged : emit.node("Slice", [exchanged, first, emit.ints([-kh - 1, -kw - 1]), emit.ints([2, 3]), first]);
  return emit.node("Conv", [dy, turned], { pads: [kh - 1 - pad, kw - 1 - pad, kh - 1 - pad, kw - 1 - pad] });
};

/** Every formulation, by name: they compute the same. */
export const inputGradients = { transposed, flipped } as const satisfies Record<string, InputGradient>;

export type InputGradientName = keyof typeof inputGradients;
