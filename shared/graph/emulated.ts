import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { Emitter } from "./emit.ts";
import { fromPixels, pixels, rowNumbersOf } from "./emulated-rows.ts";

/*
 * Formulations for a GPU that is emulated on the processor. There, threads of a workgroup that wait for each other cost more than what they
 * share: ONNX Runtime's tiled kernels (Conv, Gemm, MatMul, Reduce*) are slower than those that compute one output in each thread
 * (ConvTranspose, Einsum), and kernels that branch by element (Concat of many, MaxPool) slower than several simple ones. Measured by
 * `npm run bench -- --formulations --only emulated` on 2026-11-23 on a busy machine: lowest processor time of 3 to 15 alternating rounds in milliseconds, SwiftShader
 * in Node, batch 8, windows 3 x 3. On the left of each pair what other GPUs get, on the right, with a star, what is here.
 *
 *                      |     convolution     |       weights       |  sum by channel  |       pool
 *                      |   tiled  transposed |  columns transposed |  reduce   einsum |  window  corners
 *      3->8@32         |  132.83     12.59*  |    94.35      9.98* |    1.75    1.43* |   13.43    2.90*
 *      8->16@16        |   55.76     10.03*  |    65.47      9.43* |    1.73    0.85* |    6.60    1.46*
 *      16->32@8        |   20.24      7.30*  |    33.35      8.26* |    2.06    0.44* |    3.36    0.81*
 *      32->32@8        |   30.37     11.78*  |    64.75     15.43* |    2.04    0.43* |    3.30    0.81*
 *      32->64@4        |   30.23      6.00*  |    24.79      7.59* |    3.61    0.33* |    1.87    0.69*
 *      64->64@4        |   56.22     10.58*  |    50.93     16.41* |    3.55    0.33* |    1.75    0.51*
 *      64->64@2        |   27.94      3.78*  |    22.07      4.79* |    3.13    0.17* |    0.67    0.56*
 *
 * All seven layers' gradients joined: at once 18.89, in pairs 9.92*.
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

/** From so many numbers on, rows are summed first: sums of sums round less than one long sum. */
const LONG_SUM = 1024;

/**
 * Sum over `axes`, which stay with length 1, of the product of `factors`, all of one shape.
 * @param factors one or two
 */
export function einsumOver(emit: Emitter, factors: readonly string[], shape: readonly number[], axes: readonly number[]): string {
  const letters = shape.map((_, axis) => String.fromCharCode(97 + axis));
  const without = (axes: readonly number[]) => letters.filter((_, axis) => !axes.includes(axis)).join("");
  // ONNX Runtime keeps a GPU's activations channels last, and takes a conversion to that out together with its own; an Einsum stops it otherwise.
  const isOfChannels = shape.length === 4 && axes.includes(0) && !axes.includes(1);
  const sources = isOfChannels ? factors.map((x) => emit.node("Transpose", [x], { perm: [0, 2, 3, 1] })) : factors;
  const order = isOfChannels ? "acdb" : letters.join("");
  const product = (to: string) => emit.node("Einsum", sources, { equation: `${sources.map(() => order).join()}->${to}` });

  const summed = axes.reduce((product, axis) => product * shape[axis]!, 1);
  const row = without([Math.max(...axes)]);
  const isLong = summed >= LONG_SUM && axes.length > 1;
  const result = isLong ? emit.node("Einsum", [product(row)], { equation: `${row}->${without(axes)}` }) : product(without(axes));
  return emit.reshape(
    result,
    shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
  );
}
