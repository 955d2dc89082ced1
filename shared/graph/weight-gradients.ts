import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { Emitter } from "./emit.ts";

/** Emits the cotangent of a convolution's weights [m, c, kh, kw] from its images x [n, c, h, w] and its outputs' cotangent dy [n, m, oh, ow]. */
export type WeightGradient = (emit: Emitter, x: string, dy: string, sizes: ConvolutionSizes, window: Window) => string;

/** Outputs [m, n oh ow] by image columns [kh kw c, n oh ow], transposed: one product of kh kw shifted copies of the images. */
const columns: WeightGradient = (emit, x, dy, sizes, window) => {
  const { n, c, m, kh, kw, oh, ow } = sizes;
  const outputs = reshape(emit, channelsFirst(emit, dy), [m, n * oh * ow]);
  const copies = concat(emit, underWindow(emit, channelsFirst(emit, x), sizes, window), 0);
  const product = emit.node("Gemm", [outputs, reshape(emit, copies, [kh * kw * c, n * oh * ow])], { transB: 1 });
  return weights(emit, product, [m, kh, kw, c], [0, 3, 1, 2], sizes);
};

/** The same image by image, then added up: activations are not transposed. */
const columnsByImage: WeightGradient = (emit, x, dy, sizes, window) => {
  const { n, c, m, kh, kw, oh, ow } = sizes;
  const copies = reshape(emit, concat(emit, underWindow(emit, x, sizes, window), 1), [n, kh * kw * c, oh * ow]);
  const columns = emit.node("Transpose", [copies], { perm: [0, 2, 1] });
  const products = emit.node("MatMul", [reshape(emit, dy, [n, m, oh * ow]), columns]);
  const sum = emit.node("ReduceSum", [products, emit.ints([0])], { keepdims: 0 });
  return weights(emit, sum, [m, kh, kw, c], [0, 3, 1, 2], sizes);
};

/** A product for each of the window's kh kw offsets: the copies are not put together. */
const offsets: WeightGradient = (emit, x, dy, sizes, window) => {
  const { n, c, m, kh, kw, oh, ow } = sizes;
  const outputs = reshape(emit, channelsFirst(emit, dy), [m, n * oh * ow]);
  const products = underWindow(emit, channelsFirst(emit, x), sizes, window).map((copy) =>
    emit.node("Gemm", [outputs, reshape(emit, copy, [c, n * oh * ow])], { transB: 1 }),
  );
  return weights(emit, concat(emit, products, 0), [kh, kw, m, c], [2, 3, 0, 1], sizes);
};

/**
 * For stride 1: kw copies of the images, shifted along the rows, each by kh copies of the outputs, shifted along the columns, so that
 * both shifts meet in the product: kh + kw copies instead of kh kw, and larger products, of kh - 1 rows of zeros more.
 */
const shifts: WeightGradient = (emit, x, dy, sizes, { pad: border }) => {
  const { n, c, m, kh, kw, oh, ow } = sizes;
  const positions = n * (oh + kh - 1) * ow;
  const outputs = channelsFirst(emit, dy);
  const down = Array.from({ length: kh }, (_, ky) => pad(emit, outputs, [ky, kh - 1 - ky], [0, 0]));
  const rows = reshape(emit, concat(emit, down, 0), [kh * m, positions]);
  const images = channelsFirst(emit, x);
  const products = Array.from({ length: kw }, (_, kx) => {
    const across = pad(emit, images, [border, border], [border - kx, border - (kw - 1 - kx)]);
    return emit.node("Gemm", [rows, reshape(emit, across, [c, positions])], { transB: 1 });
  });
  return weights(emit, concat(emit, products, 0), [kw, kh, m, c], [2, 3, 1, 0], sizes);
};

/** For stride 1: a convolution of the images, their channels as the batch, by the outputs as one large window. */
const window: WeightGradient = (emit, x, dy, _sizes, { pad: border }) => {
  const pads = [border, border, border, border];
  return channelsFirst(emit, emit.node("Conv", [channelsFirst(emit, x), channelsFirst(emit, dy)], { pads }));
};

/** Every formulation, by name: they compute the same. */
export const weightGradients = { columns, columnsByImage, offsets, shifts, window } as const satisfies Record<
  string,
  WeightGradient
>;

export type WeightGradientName = keyof typeof weightGradients;

/** For every offset of the window, the pixels under it: [.., .., oh, ow]. */
function underWindow(emit: Emitter, x: string, { kh, kw, oh, ow }: ConvolutionSizes, { stride, pad: border }: Window): string[] {
  const padded = pad(emit, x, [border, border], [border, border]);
  if (kh * kw === 1 && stride === 1) return [padded];
  return Array.from({ length: kh * kw }, (_, k) => {
    const [ky, kx] = [Math.floor(k / kw), k % kw];
    const ends = emit.ints([ky + (oh - 1) * stride + 1, kx + (ow - 1) * stride + 1]);
    return emit.node("Slice", [padded, emit.ints([ky, kx]), ends, emit.ints([2, 3]), emit.ints([stride, stride])]);
  });
}

/** Zeros before and after the rows and the columns; a negative number cuts off. */
function pad(emit: Emitter, x: string, [top, bottom]: [number, number], [left, right]: [number, number]): string {
  if ([top, bottom, left, right].every((n) => n === 0)) return x;
  return emit.node("Pad", [x, emit.ints([0, 0, top, left, 0, 0, bottom, right])]);
}

/** The product's entries, ordered as the weights are. */
function weights(emit: Emitter, product: string, shape: number[], perm: number[], { m, c, kh, kw }: ConvolutionSizes): string {
  if (kh * kw === 1) return reshape(emit, product, [m, c, 1, 1]);
  return emit.node("Transpose", [reshape(emit, product, shape)], { perm });
}

const channelsFirst = (emit: Emitter, x: string) => emit.node("Transpose", [x], { perm: [1, 0, 2, 3] });
const reshape = (emit: Emitter, x: string, shape: readonly number[]) => emit.node("Reshape", [x, emit.ints(shape)]);
const concat = (emit: Emitter, parts: readonly string[], axis: number) =>
  parts.length === 1 ? parts[0]! : emit.node("Concat", parts, { axis });
