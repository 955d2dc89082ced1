import type { Emitter } from "./emit.ts";
import { batchLastShape, FROM_BATCH_LAST, fourAxes, isSameOrder, TO_BATCH_LAST } from "./layout.ts";
import type { Stored } from "./op.ts";
import type { Value } from "./value.ts";

/**
 * The values that a model keeps batch last: what convolutions and pools make, and what is made from that, or for that, by ops that do
 * not care. An activation so is converted where it enters and leaves the network, not between layers.
 */
export function activations(order: readonly Value[]): ReadonlySet<Value> {
  const found = new Set(order.filter(({ op }) => op.batchLast?.result === "activation"));
  const follows = ({ op, shape }: Value) => op.batchLast?.result === "either" && shape.length === 4;
  for (const value of order) if (follows(value) && value.inputs.some((input) => found.has(input))) found.add(value);
  for (const value of order.toReversed())
    if (found.has(value) && value.op.batchLast?.result === "either")
      for (const input of value.inputs) if (follows(input)) found.add(input);
  return found;
}

/** A value as it was computed, in one order or the other. */
export function stored(emit: Emitter, { shape }: Value, name: string, isBatchLast: boolean): Stored {
  return {
    get logical() {
      if (!isBatchLast) return name;
      if (isSameOrder(shape)) return emit.reshape(name, shape);
      const [, ...four] = batchLastShape(shape);
      return emit.node("Transpose", [emit.reshape(name, four)], { perm: FROM_BATCH_LAST });
    },
    get batchLast() {
      if (isBatchLast) return name;
      const wanted = batchLastShape(shape);
      if (isSameOrder(shape)) return emit.reshape(name, wanted);
      return emit.reshape(emit.node("Transpose", [emit.reshape(name, fourAxes(shape))], { perm: TO_BATCH_LAST }), wanted);
    },
  };
}
