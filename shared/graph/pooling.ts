import type { Emitter } from "./emit.ts";
import { GraphError, showShape, type TensorType } from "./value.ts";

/** Shape after 2 x 2 pooling with stride 2. @throws GraphError unless height and width are even */
export function pooledShape(op: string, { shape }: TensorType): number[] {
  const [n, c, h, w] = shape as [number, number, number, number];
  if (shape.length !== 4 || h % 2 !== 0 || w % 2 !== 0) {
    throw new GraphError(op, `got ${showShape(shape)}, want [n, c, h, w] with even h and w`);
  }
  return [n, c, h / 2, w / 2];
}

/** For each 2 x 2 window of [n, c, h, w], the index of its first largest element, in row-major order. */
export function firstMaximum(x: Float64Array, { shape }: TensorType): Int32Array {
  const [n, c, h, w] = shape as [number, number, number, number];
  const winners = new Int32Array((n * c * h * w) / 4);
  for (let plane = 0, i = 0; plane < n * c; plane++)
    for (let y = 0; y < h; y += 2)
      for (let column = 0; column < w; column += 2, i++) {
        const corner = (plane * h + y) * w + column;
        winners[i] = [corner + 1, corner + w, corner + w + 1].reduce((best, at) => (x[at]! > x[best]! ? at : best), corner);
      }
  return winners;
}

/** Emits the four corners of each 2 x 2 window of x [n, c, h, w], row by row: [n, c, h / 2, w / 2] each. */
export function corners(emit: Emitter, x: string, [, , h, w]: readonly number[]): [string, string, string, string] {
  const corner = (row: number, column: number) =>
    emit.node("Slice", [x, emit.ints([row, column]), emit.ints([h!, w!]), emit.ints([2, 3]), emit.ints([2, 2])]);
  return [corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)];
}

/** Emits the largest of each window. */
export const largest = (emit: Emitter, x: string): string => emit.node("MaxPool", [x], { kernel_shape: [2, 2], strides: [2, 2] });

/** The same of its corners: quicker where a GPU is emulated on the processor, and the gradient needs the corners too. */
export function largestCorner(emit: Emitter, x: string, shape: readonly number[]): string {
  const [a, b, c, d] = corners(emit, x, shape);
  return emit.node("Max", [emit.node("Max", [a, b]), emit.node("Max", [c, d])]);
}
