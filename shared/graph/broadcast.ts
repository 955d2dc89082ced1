import { GraphError, showShape, type TensorType } from "./value.ts";

/** The shape two shapes broadcast to by NumPy's rule. @throws GraphError with both */
export function broadcastShape(op: string, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1)
      throw new GraphError(op, `got ${showShape(a)} and ${showShape(b)}, want shapes that broadcast`);
    return x === 1 ? y : x;
  });
}

/** Type of an elementwise op of two inputs. */
export function broadcastType(op: string, inputs: readonly TensorType[]): TensorType {
  const [a, b] = inputs as [TensorType, TensorType];
  if (a.dtype !== b.dtype) throw new GraphError(op, `got ${a.dtype} and ${b.dtype}, want one type`);
  return { dtype: a.dtype, shape: broadcastShape(op, a.shape, b.shape) };
}

/** For each element of `shape`, the index of the element of `from` that broadcasts to it. */
export function broadcastIndex(from: readonly number[], shape: readonly number[]): Int32Array {
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (let axis = shape.length - 1, i = from.length - 1; i >= 0; axis--, i--) {
    if (from[i] !== 1) strides[axis] = stride;
    stride *= from[i]!;
  }
  return stridedIndex(shape, strides);
}

/** Σ coordinate x stride for each element of a shape, in row-major order. */
export function stridedIndex(shape: readonly number[], strides: readonly number[], offset = 0): Int32Array {
  let index = Int32Array.of(offset);
  for (const [axis, length] of shape.entries()) {
    const next = new Int32Array(index.length * length);
    for (let i = 0; i < index.length; i++) for (let j = 0; j < length; j++) next[i * length + j] = index[i]! + j * strides[axis]!;
    index = next;
  }
  return index;
}

/** Strides of a row-major tensor. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Applies a function of two numbers elementwise with broadcasting. */
export function broadcastReference(
  f: (a: number, b: number) => number,
  inputs: readonly Float64Array[],
  types: readonly TensorType[],
  output: TensorType,
): Float64Array {
  const [a, b] = inputs as [Float64Array, Float64Array];
  const ia = broadcastIndex(types[0]!.shape, output.shape);
  const ib = broadcastIndex(types[1]!.shape, output.shape);
  return Float64Array.from(ia, (i, k) => f(a[i]!, b[ib[k]!]!));
}
