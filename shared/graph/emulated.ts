import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { Emitter } from "./emit.ts";
import { fromPixels, pixels, rowNumbersOf } from "./emulated-rows.ts";

/*
 * Formulations for a GPU that is emulated on the processor. There, threads of a workgroup that wait for each other cost more than what they
 * share: ONNX Runtime's tiled kernels (Conv, Gemm, MatMul, Reduce*) are slower than those that compute one output in each thread
 * (ConvTranspose, Einsum), and kernels that branch by element (Concat, Split, MaxPool) slower than several simple ones. Measured by
 * `npm run bench -- --formulations --only emulated` on 2026-11-23 on a busy machine: lowest processor time of 3 to 15 alternating rounds in milliseconds, SwiftShader
 * in Node, batch 8, windows 3 x 3. On the left of each pair what other GPUs get, with a star what is here. In Chromium, whose shaders also check every access,
 * rows are the better weights' gradient by more (conv of 64->64@4: 27.1 transposed, 19.3 by rows), as long as the batch is small.
 *
 *                      |     convolution     |       weights                |  sum by channel  |  pool's gradient |       pool
 *                      |   tiled  transposed |  columns transposed     rows |  reduce   einsum | by turns    rows |  window  corners
 *      3->8@32         |  141.51     13.50*  |    95.32      10.00   10.31* |    1.74    1.46* |     7.20   4.40* |   15.16    3.04*
 *      8->16@16        |   59.91     10.47*  |    69.86       9.69    9.30* |    1.58    0.81* |     3.95   2.40* |    6.67    1.46*
 *      16->32@8        |   20.77      7.32*  |    34.17       8.35    7.55* |    2.06    0.45* |     1.80   1.11* |    3.76    1.06*
 *      32->32@8        |   32.59     12.05*  |    66.23      15.65   14.23* |    2.15    0.47* |     1.78   1.18* |    3.69    1.05*
 *      32->64@4        |   32.54      6.07*  |    26.14       8.06    7.68* |    3.82    0.37* |     0.96   0.67* |    1.86    0.53*
 *      64->64@4        |   58.80     10.54*  |    52.12      14.97   14.47* |    4.08    0.51* |     1.19   0.93* |    1.97    0.67*
 *      64->64@2        |   28.37      3.75*  |    24.35       4.83    5.29* |    3.16    0.20* |     0.39   0.42* |    0.68    0.39*
 *
 * All seven layers' gradients joined: by one Concat 18.92, by rows 1.69*.
 */

/** Activations with the pixels of each piece of so many backwards: an image's turn it by 180 degrees, a line's mirror it. */
function backwards(emit: Emitter, x: string, shape: readonly number[], pixelsOfPiece: number): string {
  const [n, c, h, w] = shape as [number, number, number, number];
  if (pixelsOfPiece === 1) return x;
  const rows = pixels(emit, x, c);
  const pieces = { from: pixelsOfPiece - 1, count: (n * h * w) / pixelsOfPiece, step: pixelsOfPiece };
  const places = rowNumbersOf(emit, pieces, { from: 0, count: pixelsOfPiece, step: -1 });
  return fromPixels(emit, emit.node("ScatterND", [rows, places, rows]), shape);
}

/** Weights [m, c, kh, kw] turned by 180 degrees. They lie in this order, so one index says where a number comes from. */
function turnedWeights(emit: Emitter, w: string, { m, c, kh, kw }: ConvolutionSizes): string {
  if (kh * kw === 1) return w;
  const backwards = emit.ints(Array.from({ length: kh * kw }, (_, i) => kh * kw - 1 - i));
  return emit.reshape(emit.node("Gather", [emit.reshape(w, [m, c, kh * kw]), backwards], { axis: 2 }), [m, c, kh, kw]);
}

const exchanged = (emit: Emitter, x: string) => emit.node("Transpose", [x], { perm: [1, 0, 2, 3] });

/** ONNX Runtime's kernel for one output channel reads wrong weights where the inputs are no multiple of four (1.30). */
const isMiscomputed = (outputChannels: number) => outputChannels === 1;

/** A convolution of stride 1 as the transposed convolution by the turned weights; null where there is none. */
export function transposedConvolution(
  emit: Emitter,
  [x, w, bias]: readonly string[],
  sizes: ConvolutionSizes,
  { stride, pad }: Window,
): string | null {
  const { m, kh, kw } = sizes;
  const [top, left] = [kh - 1 - pad, kw - 1 - pad];
  if (stride !== 1 || top < 0 || left < 0 || isMiscomputed(m)) return null;
  const weights = exchanged(emit, turnedWeights(emit, w!, sizes));
  return emit.node("ConvTranspose", [x!, weights, bias!], { pads: [top, left, top, left] });
}

/**
 * The cotangent of a convolution's weights, stride 1, as one transposed convolution: the batch takes the part of the input channels, the turned cotangents
 * dy [n, m, oh, ow] that of the weights. Nothing is copied for each offset of the window. Null where there is none.
 */
export function transposedWeightGradient(
  emit: Emitter,
  x: string,
  dy: string,
  { n, m, oh, ow }: ConvolutionSizes,
  { stride, pad }: Window,
): string | null {
  const [top, left] = [oh - 1 - pad, ow - 1 - pad];
  if (stride !== 1 || top < 0 || left < 0 || isMiscomputed(m)) return null;
  const byChannel = emit.node("ConvTranspose", [exchanged(emit, x), backwards(emit, dy, [n, m, oh, ow], oh * ow)], {
    pads: [top, left, top, left],
  });
  return exchanged(emit, byChannel);
}

/**
 * The same with windows of one row: each row of the images, as often as the window has rows, is an image of one line whose channels are the lines' numbers in all
 * images. Fewer places to visit, which counts where a place has few numbers: in small batches. Null where there is none.
 */
export function rowsWeightGradient(
  emit: Emitter,
  x: string,
  dy: string,
  { n, c, h, w, m, kh, oh, ow }: ConvolutionSizes,
  { stride, pad }: Window,
): string | null {
  const left = ow - 1 - pad;
  if (stride !== 1 || left < 0 || isMiscomputed(m)) return null;
  const height = h + 2 * pad;
  const inside = rowNumbersOf(emit, { from: pad, count: n, step: height }, { from: 0, count: h, step: 1 });
  const around = emit.node("ConstantOfShape", [emit.ints([n * height, w * c])]);
  const padded = emit.node("ScatterND", [around, inside, emit.reshape(pixels(emit, x, c), [n * h, w * c])]);
  const lines = emit.node("Transpose", [emit.reshape(padded, [n, height, w, c])], { perm: [3, 2, 1, 0] });
  const seen = emit.ints(Array.from({ length: kh * oh }, (_, i) => Math.floor(i / oh) + (i % oh)));
  const copies = emit.reshape(emit.node("Gather", [lines, seen], { axis: 2 }), [c, w, kh, oh * n]);

  const mirrored = backwards(emit, dy, [n, m, oh, ow], ow);
  const weights = emit.reshape(emit.node("Transpose", [mirrored], { perm: [2, 0, 1, 3] }), [oh * n, m, ow, 1]);
  const images = emit.node("Transpose", [copies], { perm: [0, 3, 1, 2] });
  const byChannel = emit.node("ConvTranspose", [images, weights], { pads: [left, 0, left, 0] });
  return emit.node("Transpose", [byChannel], { perm: [1, 0, 3, 2] });
}

const emulatedWeightGradients = { transposed: transposedWeightGradient, rows: rowsWeightGradient } as const;

/** How an emulated GPU computes the cotangent of a convolution's weights. */
export const emulatedWeightGradientFor = ({ n, m }: ConvolutionSizes): keyof typeof emulatedWeightGradients =>
  n <= m ? "rows" : "transposed";

/** The cotangent of a convolution's weights, by the quicker of the two; null where there is none. */
export const emulatedWeightGradient: typeof rowsWeightGradient = (emit, x, dy, sizes, window) =>
  emulatedWeightGradients[emulatedWeightGradientFor(sizes)](emit, x, dy, sizes, window);
