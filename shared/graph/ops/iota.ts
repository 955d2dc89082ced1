import type { DType } from "../model.ts";
import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";

export const op = defineOp<{ count: number; dtype: string }>({
  name: "iota",
  infer: (_inputs, { count, dtype }) => ({ dtype: dtype as DType, shape: [count] }),
  reference: (_inputs, _types, { count }) => Float64Array.from({ length: count }, (_, i) => i),
  lower: (emit, _inputs, _output, { count, dtype }) =>
    emit.numbers(
      dtype as "float32" | "float64" | "int32",
      [count],
      Array.from({ length: count }, (_, i) => i),
    ),
  vjp: () => [],
  examples: [{ inputs: [], attributes: { count: 5, dtype: "float32" } }],
});

/** The vector 0, 1, ... count-1. */
export const iota = (count: number, dtype: DType): Value => op([], { count, dtype });
