import type { ConvolutionSizes, Window } from "./convolution.ts";
import type { Emitter } from "./emit.ts";
import type { DType } from "./model.ts";
import { padded } from "./windows.ts";

/*
 * Convolutions with 3 x 3 windows by minimal filtering, F(2 x 2, 3 x 3) (Winograd; Lavin & Gray 2015): for each tile of 4 x 4 pixels the transformed images times
 * the transformed weights, 16 products where windows take 36. In between there are 16 matrix products over the channels. It pays where channels are many:
 * beside those products, each pixel is moved four times. All maps are linear, so each gradient is the same turned round. Activations lie batch last.
 */

type Matrix = readonly (readonly number[])[];

const IMAGES: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
];
const WEIGHTS: Matrix = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
];
const OUTPUTS: Matrix = [
  [1, 1, 1, 0],
  [0, 1, -1, -1],
];

/** The map of rows and of columns as one of both: [rows^2, columns^2]. */
const squared = (a: Matrix): Matrix => a.flatMap((row) => a.map((other) => row.flatMap((x) => other.map((y) => x * y))));
const turnedRound = (a: Matrix): Matrix => a[0]!.map((_, column) => a.map((row) => row[column]!));

const matrix = (emit: Emitter, a: Matrix): string => emit.numbers("float32", [a.length, a[0]!.length], a.flat());

function mapped(emit: Emitter, a: Matrix, x: string, length: number): string {
  return emit.node("MatMul", [matrix(emit, a), emit.reshape(x, [a[0]!.length, length])]);
}

/** From so many channels on both sides on, it is no slower on native CPU either (formulations.ts). By name of the op: what is computed so. */
const MANY_CHANNELS = { conv2d: 64, "conv2d-input-gradient": 64, "conv2d-weight-gradient": 32 } as const;

/** Tiles of more numbers than that, 256 MiB, are not made: they are moved so slowly that nothing is won on native CPU. */
const MOST_NUMBERS = 2 ** 26;

/** Whether a convolution, or the cotangent of its images or its weights, is computed so, batch last. */
export const isByTiles = (op: keyof typeof MANY_CHANNELS, dtype: DType, sizes: ConvolutionSizes, window: Window): boolean =>
  dtype === "float32" &&
  [window.stride, window.pad, sizes.kh, sizes.kw].join() === "1,1,3,3" &&
  Math.min(sizes.c, sizes.m) >= MANY_CHANNELS[op] &&
  [sizes.h, sizes.w].every((length) => length % 2 === 0) &&
  tileNumbers(sizes) <= MOST_NUMBERS;

/** So many numbers are alive at once in between: both sides' tiles, the larger also before it is transformed, and the transformed weights. */
export const tileNumbers = ({ n, c, m, h, w }: ConvolutionSizes): number => 4 * n * h * w * (c + m + Math.max(c, m)) + 25 * m * c;

interface Activations {
  readonly channels: number;
  readonly h: number;
  readonly w: number;
  readonly n: number;
}

/** Sums of one number of each range. The runtime adds them up when it loads the model. */
const sums = (emit: Emitter, ranges: readonly (readonly number[])[]): string =>
  ranges
    .map((range, i) =>
      emit.reshape(
        emit.ints(range),
        ranges.map((_, axis) => (axis === i ? range.length : 1)),
      ),
    )
    .reduce((sum, range) => emit.node("Add", [sum, range]));

const steps = (count: number, step: number) => Array.from({ length: count }, (_, i) => i * step);

/** Images [1, channels, h, w, n] as transformed tiles: [16, tiles, channels, n], where each tile is a product of its own, or [16, channels, tiles, n]. */
function imageTiles(
  emit: Emitter,
  x: string,
  { channels, h, w, n }: Activations,
  order: "tiles first" | "channels first",
): string {
  const [height, width] = [h + 2, w + 2];
  const rows = emit.reshape(padded(emit, x, [1, 1], [1, 1]), [channels * height * width, n]);
  const tiles = [steps(h / 2, 2 * width), steps(w / 2, 2)];
  const planes = steps(channels, height * width);
  const places = [steps(4, width), steps(4, 1), ...(order === "tiles first" ? [...tiles, planes] : [planes, ...tiles])];
  const gathered = emit.node("Gather", [rows, sums(emit, places)], { axis: 0 });
  return mapped(emit, squared(IMAGES), gathered, (channels * h * w * n) / 4);
}

/** Cotangents of outputs [1, channels, h, w, n] as those of the transformed tiles [16, channels, tiles n]. */
function outputTiles(emit: Emitter, dy: string, { channels, h, w, n }: Activations): string {
  const rows = emit.reshape(dy, [channels * h * w, n]);
  const places = [steps(2, w), steps(2, 1), steps(channels, h * w), steps(h / 2, 2 * w), steps(w / 2, 2)];
  const tiles = emit.node("Gather", [rows, sums(emit, places)], { axis: 0 });
  const length = (channels * h * w * n) / 4;
  return emit.reshape(mapped(emit, turnedRound(squared(OUTPUTS)), tiles, length), [16, channels, length / channels]);
}

/** Images times transformed weights [16, 1, channels, x's channels], transformed back: [1, channels, h, w, n]. */
function filtered(emit: Emitter, x: string, from: Activations, weights: string, channels: number): string {
  const { h, w, n } = from;
  const tiles = (h * w) / 4;
  const images = emit.reshape(imageTiles(emit, x, from, "tiles first"), [16, tiles, from.channels, n]);
  const products = emit.node("MatMul", [weights, images]);
  const plane = tiles * channels;
  const corners = emit.reshape(mapped(emit, squared(OUTPUTS), products, plane * n), [4 * plane, n]);
  const row = (w / 2) * channels;
  const places = [steps(channels, 1), steps(h / 2, row), [0, 2 * plane], steps(w / 2, channels), [0, plane]];
  return emit.reshape(emit.node("Gather", [corners, sums(emit, places)], { axis: 0 }), [1, channels, h, w, n]);
}

/** Weights [to, from, 3, 3] transformed: [16, 1, to, from]. The product takes them as they lie: to put each of their places in a row of its own takes longer, and one thread. */
function transformedWeights(emit: Emitter, a: Matrix, weights: string, to: number, from: number): string {
  const product = emit.node("Gemm", [matrix(emit, a), emit.reshape(weights, [to * from, a[0]!.length])], { transB: 1 });
  return emit.reshape(product, [a.length, 1, to, from]);
}

/** The convolution of images x [1, c, h, w, n] with weights [m, c, 3, 3]; no bias. */
export function convolutionByTiles(emit: Emitter, x: string, weights: string, { n, c, m, h, w }: ConvolutionSizes): string {
  return filtered(emit, x, { channels: c, h, w, n }, transformedWeights(emit, squared(WEIGHTS), weights, m, c), m);
}

/** The cotangent of its images: the convolution with the weights turned by 180 degrees, inputs and outputs exchanged. */
export function inputGradientByTiles(emit: Emitter, dy: string, weights: string, { n, c, m, h, w }: ConvolutionSizes): string {
  const exchanged = emit.node("Transpose", [weights], { perm: [1, 0, 2, 3] });
  const backwards = squared(WEIGHTS).map((row) => row.toReversed());
  return filtered(emit, dy, { channels: m, h, w, n }, transformedWeights(emit, backwards, exchanged, c, m), c);
}

/** The cotangent of its weights [m, c, 3, 3]. */
export function weightGradientByTiles(emit: Emitter, x: string, dy: string, { n, c, m, h, w }: ConvolutionSizes): string {
  const tiles = imageTiles(emit, x, { channels: c, h, w, n }, "channels first");
  const images = emit.node("Transpose", [emit.reshape(tiles, [16, c, (h * w * n) / 4])], { perm: [0, 2, 1] });
  const products = emit.node("MatMul", [outputTiles(emit, dy, { channels: m, h, w, n }), images]);
  const back = squared(WEIGHTS);
  const windows = emit.node("Gemm", [emit.reshape(products, [back.length, m * c]), matrix(emit, back)], { transA: 1 });
  return emit.reshape(windows, [m, c, 3, 3]);
}
