import type { Emitter } from "./emit.ts";

/*
 * Numbers moved in rows, for a GPU that is emulated on the processor (emulated.ts): there ScatterND copies a row in one thread, while Concat, Split and Slice
 * compute for each number where it comes from.
 */

/** Every row's number from `from` on, `step` apart, as ScatterND wants them: [count, 1]. The runtime computes it when it loads the model. */
function rowNumbers(emit: Emitter, from: number, count: number, step = 1): string {
  const [start, limit, delta] = [from, from + count * step, step].map((number) => emit.reshape(emit.ints([number]), []));
  return emit.reshape(emit.node("Range", [start!, limit!, delta!]), [count, 1]);
}

/** One row number for each of `lines` and each of `columns`: their sums. */
export function rowNumbersOf(emit: Emitter, lines: Steps, columns: Steps): string {
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
export const pixels = (emit: Emitter, x: string, channels: number) =>
  emit.reshape(emit.node("Transpose", [x], { perm: [0, 2, 3, 1] }), [-1, channels]);
export const fromPixels = (emit: Emitter, rows: string, [n, c, h, w]: readonly number[]) =>
  emit.node("Transpose", [emit.reshape(rows, [n!, h!, w!, c!])], { perm: [0, 3, 1, 2] });

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
