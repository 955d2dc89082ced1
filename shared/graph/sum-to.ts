import type { Value } from "./value.ts";
import { reduceSum } from "./ops/reduce-sum.ts";
import { reshape } from "./ops/reshape.ts";

/** Undoes a broadcast: sums x over the axes along which `shape` was repeated. Made of other ops, so it needs no derivative of its own. */
export function sumTo(x: Value, shape: readonly number[]): Value {
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((length, axis) => (axis < extra || (shape[axis - extra] === 1 && length !== 1) ? [axis] : []));
  return reshape(axes.length === 0 ? x : reduceSum(x, axes), shape);
}
