import type { ConvolutionSizes } from "./convolution.ts";
import type { Emitter } from "./emit.ts";

/** A window's weights [m, c, kh, kw] for activations that are stored batch last, where the batch is a third axis of length 1 to it. */
export const batchLastWindow = (emit: Emitter, weights: string, shape: readonly number[]): string =>
  emit.reshape(weights, [...shape, 1]);

/** A window's strides and padding there. */
export const batchLastSteps = (stride: number, pad: number) => ({
  strides: [stride, stride, 1],
  pads: [pad, pad, 0, pad, pad, 0],
});

/** Zeros around the pixels of batch-last activations; a negative number cuts off. */
export function padded(emit: Emitter, x: string, [top, bottom]: [number, number], [left, right]: [number, number]): string {
  if ([top, bottom, left, right].every((n) => n === 0)) return x;
  return emit.node("Pad", [x, emit.ints([0, 0, top, left, 0, 0, 0, bottom, right, 0])]);
}

/** A lattice of pixels: `rows` x `columns` of them, `stride` apart. */
interface Lattice extends Pick<ConvolutionSizes, "n"> {
  /** Of the activations that it is laid on. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

/**
 * Copies of batch-last activations [1, channels, height, width, n] seen from each offset (down, across): a matrix
 * [channels x offsets, rows x columns x n]. A Gather moves the n numbers of a pixel at a time, on all threads; its indices are sums of three
 * short vectors, which the runtime adds up when it loads the model.
 */
export function seenFrom(emit: Emitter, x: string, offsets: readonly (readonly [number, number])[], lattice: Lattice): string {
  const { n, channels, height, width, rows, columns, stride } = lattice;
  const along = (length: number, step: number) => Array.from({ length }, (_, i) => i * step);
  const starts = offsets.map(([down, across]) => down * width + across);
  const indices = [
    emit.reshape(emit.ints(starts), [offsets.length, 1, 1]),
    emit.reshape(emit.ints(along(rows, stride * width)), [1, rows, 1]),
    emit.reshape(emit.ints(along(columns, stride)), [1, 1, columns]),
  ].reduce((sum, axis) => emit.node("Add", [sum, axis]));
  const copies = emit.node("Gather", [emit.reshape(x, [channels, height * width, n]), indices], { axis: 1 });
  return emit.reshape(copies, [channels * offsets.length, rows * columns * n]);
}
