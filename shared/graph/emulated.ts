import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { Emitter } from "./emit.ts";

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

/** Every row's number from `from` on, `step` apart, as ScatterND wants them: [count, 1]. The runtime computes it when it loads the model. */
function rowNumbers(emit: Emitter, from: number, count: number, step = 1): string {
  const [start, limit, delta] = [from, from + count * step, step].map((number) => emit.reshape(emit.ints([number]), []));
  return emit.reshape(emit.node("Range", [start!, limit!, delta!]), [count, 1]);
}

/** One row number for each of `lines` and each of `columns`: their sums. */
function rowNumbersOf(emit: Emitter, lines: Steps, columns: Steps): string {
  const [line, column] = [lines, columns].map(({ from, count, step }) => rowNumbers(emit, from, count, step));
  const sums = emit.node("Add", [line!, emit.reshape(column!, [1, columns.count])]);
  return emit.reshape(sums, [lines.count * columns.count, 1]);
}

interface Steps {
  readonly from: number;
  readonly count: number;
  readonly step: number;
}

/**
 * Activations [n, c, h, w] as one row for each pixel, and back. Channels last, as ONNX Runtime keeps a GPU's: it takes these conversions out together with its own.
 */
const pixels = (emit: Emitter, x: string, channels: number) =>
  emit.reshape(emit.node("Transpose", [x], { perm: [0, 2, 3, 1] }), [-1, channels]);
const fromPixels = (emit: Emitter, rows: string, [n, c, h, w]: readonly number[]) =>
  emit.node("Transpose", [emit.reshape(rows, [n!, h!, w!, c!])], { perm: [0, 3, 1, 2] });

/** Activations turned by 180 degrees: the pixels of each image backwards. */
function turned(emit: Emitter, x: string, shape: readonly number[]): string {
  const [n, c, h, w] = shape as [number, number, number, number];
  if (h * w === 1) return x;
  const rows = pixels(emit, x, c);
  const backwards = rowNumbersOf(emit, { from: h * w - 1, count: n, step: h * w }, { from: 0, count: h * w, step: -1 });
  return fromPixels(emit, emit.node("ScatterND", [rows, backwards, rows]), shape);
}

/** Weights [m, c, kh, kw] turned likewise. They lie in this order, so one index says where a number comes from. */
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
  const byChannel = emit.node("ConvTranspose", [exchanged(emit, x), turned(emit, dy, [n, m, oh, ow])], {
    pads: [top, left, top, left],
  });
  return exchanged(emit, byChannel);
}

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

/**
 * Four corners of each 2 x 2 window, [n, c, h / 2, w / 2] each, put back in their places: [n, c, h, w] = shape.
 * @param base any tensor of that shape: all of it is written over
 */
export function placed(emit: Emitter, base: string, corners: readonly string[], shape: readonly number[]): string {
  const [n, c, h, w] = shape as [number, number, number, number];
  const whole = corners.reduce(
    (whole, corner, k) => {
      const first = Math.floor(k / 2) * w + (k % 2);
      const places = rowNumbersOf(emit, { from: first, count: (n * h) / 2, step: 2 * w }, { from: 0, count: w / 2, step: 2 });
      return emit.node("ScatterND", [whole, places, pixels(emit, corner, c)]);
    },
    pixels(emit, base, c),
  );
  return fromPixels(emit, whole, shape);
}

/** Up to so many numbers, several nodes cost more than searching among several vectors for each number; a shader binds about ten buffers. */
const FEW_NUMBERS = 2048;
const MOST_VECTORS = 8;

interface Vector {
  readonly name: string;
  readonly length: number;
}

/**
 * Vectors one after the other. Concat searches for the vector of each number; ScatterND moves a row at a time, each as long as the vectors and their places
 * allow, and every number once.
 */
export function joined(emit: Emitter, vectors: readonly Vector[]): string {
  const parts = smallOnesJoined(emit, vectors);
  if (parts.length === 1) return parts[0]!.name;
  const total = sum(parts);
  const width = parts.reduce((width, { length }) => greatestCommonDivisor(width, length), total);
  let whole = emit.node("ConstantOfShape", [emit.ints([total / width, width])]);
  let row = 0;
  for (const { name, length } of parts) {
    const count = length / width;
    whole = emit.node("ScatterND", [whole, rowNumbers(emit, row, count), emit.reshape(name, [count, width])]);
    row += count;
  }
  return emit.reshape(whole, [total]);
}

/** Neighbours that are few numbers even together become one vector. */
function smallOnesJoined(emit: Emitter, vectors: readonly Vector[]): Vector[] {
  const groups: Vector[][] = [];
  for (const vector of vectors) {
    const last = groups.at(-1);
    if (last && last.length < MOST_VECTORS && sum(last) + vector.length <= FEW_NUMBERS) last.push(vector);
    else groups.push([vector]);
  }
  return groups.map((group) => {
    if (group.length === 1) return group[0]!;
    const names = group.map(({ name }) => name);
    return { name: emit.node("Concat", names, { axis: 0 }), length: sum(group) };
  });
}

const sum = (vectors: readonly Vector[]) => vectors.reduce((sum, { length }) => sum + length, 0);
const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
