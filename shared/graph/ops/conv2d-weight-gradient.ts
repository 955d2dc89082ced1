import { convolutionSizes, eachProduct, type Window } from "../convolution.ts";
import type { Emitter } from "../emit.ts";
import { defineOp } from "../op.ts";
import { elements, type Value } from "../value.ts";
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
  lower(emit, [x, dy], { inputs: [xValue], shape }, { stride, pad }) {
    const sizes = convolutionSizes("conv2d-weight-gradient", xValue!, { dtype: "float32", shape }, { stride, pad });
    const { n, c, m, kh, kw, oh, ow } = sizes;
    // One matrix product: outputs [m, n oh ow] by columns [kh kw c, n oh ow], transposed.
    const dyByChannel = emit.node("Reshape", [
      emit.node("Transpose", [dy!], { perm: [1, 0, 2, 3] }),
      emit.ints([m, n * oh * ow]),
    ]);
    const columns = emit.node("Reshape", [imageColumns(emit, x!, sizes, { stride, pad }), emit.ints([kh * kw * c, n * oh * ow])]);
    const product = emit.node("Gemm", [dyByChannel, columns], { transB: 1 });
    if (kh * kw === 1) return emit.node("Reshape", [product, emit.ints(shape)]);
    return emit.node("Transpose", [emit.node("Reshape", [product, emit.ints([m, kh, kw, c])])], { perm: [0, 3, 1, 2] });
  },
  vjp: (cotangent, { inputs: [x, dy] }, { stride, pad }) => [
    conv2dInputGradient(dy!, cotangent, x!.shape, { stride, pad }),
    conv2d(x!, cotangent, { stride, pad }),
  ],
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
  ],
});

/** For every offset of the window, the pixels under it, channels first: [kh kw c, n, oh, ow]. */
function imageColumns(emit: Emitter, x: string, sizes: ReturnType<typeof convolutionSizes>, { stride, pad }: Window): string {
  const { kh, kw, oh, ow } = sizes;
  const byChannel = emit.node("Transpose", [x], { perm: [1, 0, 2, 3] });
  const padded = pad === 0 ? byChannel : emit.node("Pad", [byChannel, emit.ints([0, 0, pad, pad, 0, 0, pad, pad])]);
  const offsets = Array.from({ length: kh * kw }, (_, k) => [Math.floor(k / kw), k % kw] as const);
  if (kh * kw === 1 && stride === 1) return padded;
  const slices = offsets.map(([ky, kx]) =>
    emit.node("Slice", [
      padded,
      emit.ints([ky, kx]),
      emit.ints([ky + (oh - 1) * stride + 1, kx + (ow - 1) * stride + 1]),
      emit.ints([2, 3]),
      emit.ints([stride, stride]),
    ]),
  );
  return slices.length === 1 ? slices[0]! : emit.node("Concat", slices, { axis: 0 });
}

/** Cotangent of conv2d's weights [m, c, kh, kw] = `shape`, from its images and the cotangent of its output. */
export const conv2dWeightGradient = (x: Value, dy: Value, shape: readonly number[], { stride, pad }: Window): Value =>
  op([x, dy], { stride, pad, shape });
