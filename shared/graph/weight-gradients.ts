import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { Emitter } from "./emit.ts";
import { padded, seenFrom } from "./windows.ts";

/**
 * Emits the cotangent of a convolution's weights [m, c, kh, kw] from its images x [n, c, h, w] and its outputs' cotangent dy [n, m, oh, ow],
 * both batch last: [1, c, h, w, n] and [1, m, oh, ow, n].
 */
export type WeightGradient = (emit: Emitter, x: string, dy: string, sizes: ConvolutionSizes, window: Window) => string;

/** So many columns of the second matrix are computed at a time; fewer waste the rest. */
const AT_A_TIME = 16;

/** Image columns [c kh kw, oh ow n] by outputs [m, oh ow n], transposed: one product of kh kw shifted copies of the images. */
const columns: WeightGradient = (emit, x, dy, sizes, window) => {
  const { c, m, n, kh, kw, oh, ow } = sizes;
  const copies = seenFrom(emit, paddedImages(emit, x, window), everyOffset(sizes), overImages(sizes, window));
  const outputs = emit.reshape(dy, [m, oh * ow * n]);
  if (m < AT_A_TIME) return emit.reshape(product(emit, outputs, copies), [m, c, kh, kw]);
  return weights(emit, product(emit, copies, outputs), [c, kh, kw, m], [3, 0, 1, 2]);
};

/** A product for each of the window's kh kw offsets: less memory at a time, but smaller products. */
const offsets: WeightGradient = (emit, x, dy, sizes, window) => {
  const { c, m, n, kh, kw, oh, ow } = sizes;
  const outputs = emit.reshape(dy, [m, oh * ow * n]);
  const images = paddedImages(emit, x, window);
  const products = everyOffset(sizes).map((offset) =>
    product(emit, outputs, seenFrom(emit, images, [offset], overImages(sizes, window))),
  );
  const all = products.length === 1 ? products[0]! : emit.node("Concat", products, { axis: 0 });
  return weights(emit, all, [kh, kw, m, c], [2, 3, 0, 1]);
};

/**
 * For stride 1: kw copies of the images, shifted along the rows, by kh copies of the outputs, shifted along the columns, so that both
 * shifts meet in the product: kh + kw copies instead of kh kw, but products of kh - 1 rows of zeros more.
 */
const shifts: WeightGradient = (emit, x, dy, sizes, window) => {
  const { n, c, m, kh, kw, h, oh, ow } = sizes;
  const rows = h + 2 * window.pad;
  const across = Array.from({ length: kw }, (_, kx) => [0, kx] as const);
  const images = seenFrom(emit, paddedImages(emit, x, window), across, { ...overImages(sizes, window), rows });
  const down = Array.from({ length: kh }, (_, ky) => [kh - 1 - ky, 0] as const);
  const height = oh + 2 * (kh - 1);
  const outputs = seenFrom(emit, padded(emit, dy, [kh - 1, kh - 1], [0, 0]), down, {
    ...{ n, channels: m, height, width: ow, rows, columns: ow, stride: 1 },
  });
  return weights(emit, product(emit, images, outputs), [c, kw, m, kh], [2, 0, 3, 1]);
};

/** Every formulation, by name: they compute the same. */
export const weightGradients = { columns, offsets, shifts } as const satisfies Record<string, WeightGradient>;

export type WeightGradientName = keyof typeof weightGradients;

/** The first where activations are in logical order, on GPUs: the columns are slices, put together. */
export const columnsOfSlices: WeightGradient = (emit, x, dy, { n, c, m, kh, kw, oh, ow }, { stride, pad }) => {
  const channelsFirst = (of: string) => emit.node("Transpose", [of], { perm: [1, 0, 2, 3] });
  const images = channelsFirst(x);
  const around = pad === 0 ? images : emit.node("Pad", [images, emit.ints([0, 0, pad, pad, 0, 0, pad, pad])]);
  const copies = Array.from({ length: kh * kw }, (_, k) => {
    const [ky, kx] = [Math.floor(k / kw), k % kw];
    if (kh * kw === 1 && stride === 1) return around;
    const ends = emit.ints([ky + (oh - 1) * stride + 1, kx + (ow - 1) * stride + 1]);
    return emit.node("Slice", [around, emit.ints([ky, kx]), ends, emit.ints([2, 3]), emit.ints([stride, stride])]);
  });
  const all = copies.length === 1 ? copies[0]! : emit.node("Concat", copies, { axis: 0 });
  const outputs = emit.reshape(channelsFirst(dy), [m, n * oh * ow]);
  const gradient = product(emit, outputs, emit.reshape(all, [kh * kw * c, n * oh * ow]));
  return weights(emit, gradient, [m, kh, kw, c], [0, 3, 1, 2]);
};

/** a b^T */
const product = (emit: Emitter, a: string, b: string) => emit.node("Gemm", [a, b], { transB: 1 });

/** The product's entries, ordered as the weights are. */
function weights(emit: Emitter, product: string, shape: readonly number[], perm: readonly number[]): string {
  return emit.node("Transpose", [emit.reshape(product, shape)], { perm });
}

const paddedImages = (emit: Emitter, x: string, { pad }: Window) => padded(emit, x, [pad, pad], [pad, pad]);

const everyOffset = ({ kh, kw }: ConvolutionSizes) =>
  Array.from({ length: kh * kw }, (_, k) => [Math.floor(k / kw), k % kw] as const);

/** The outputs' pixels, as they lie on the padded images. */
const overImages = ({ n, c, h, w, oh, ow }: ConvolutionSizes, { stride, pad }: Window) => ({
  ...{ n, channels: c, height: h + 2 * pad, width: w + 2 * pad, rows: oh, columns: ow, stride },
});
