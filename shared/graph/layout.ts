/**
 * Batch last: activations [n, c, h, w] are stored as [1, c, h, w, n]. A channel is then contiguous, as its statistics want it; so are the n
 * numbers of each pixel, as shifted windows want it; and weight gradients are products of matrices [c, h w n] as they lie.
 */
const ORDER = [1, 2, 3, 0] as const;

/** Where an axis of [n, c, h, w] lies. */
export const batchLastAxis = (axis: number): number => 1 + ORDER.indexOf(axis as 0);

/** The stored shape of one with at most four axes; also of strides. */
export function batchLastShape(shape: readonly number[]): number[] {
  const four = fourAxes(shape);
  return [1, ...ORDER.map((axis) => four[axis]!)];
}

/** With axes of length 1 in front, as NumPy's rule for broadcasting has them. */
export const fourAxes = (shape: readonly number[]): number[] => [...new Array<number>(4 - shape.length).fill(1), ...shape];

/** Whether the elements stand in the same order both ways: only a batch of one, or pixels of one number, need not move. */
export function isSameOrder(shape: readonly number[]): boolean {
  const [n, ...rest] = fourAxes(shape) as [number, ...number[]];
  return n === 1 || rest.every((length) => length === 1);
}

/** Transposes [n, c, h, w] to [c, h, w, n], and back. */
export const TO_BATCH_LAST = ORDER;
export const FROM_BATCH_LAST = [3, 0, 1, 2] as const;
