import { batchLastShape } from "../layout.ts";
import type { DType } from "../model.ts";
import { defineOp } from "../op.ts";
import { elements, type Value } from "../value.ts";

export const op = defineOp<{ value: number; dtype: string; shape: readonly number[] }>({
  name: "constant",
  infer: (_inputs, { dtype, shape }) => ({ dtype: dtype as DType, shape }),
  reference: (_inputs, _types, { value, shape }) => new Float64Array(elements(shape)).fill(value),
  lower(emit, _inputs, { dtype }, { value, shape }) {
    const scalar = emit.numbers(dtype as "float32" | "float64" | "int32", [], [value]);
    return shape.length === 0 ? scalar : emit.node("Expand", [scalar, emit.ints(shape)]);
  },
  batchLast: {
    result: "either",
    lower: (emit, _inputs, { shape }, { dtype, value }) =>
      emit.node("Expand", [
        emit.numbers(dtype as "float32" | "float64" | "int32", [], [value]),
        emit.ints(batchLastShape(shape)),
      ]),
  },
  vjp: () => [],
  examples: [{ inputs: [], attributes: { value: 2.5, dtype: "float32", shape: [2, 3] } }],
});

/** One number, repeated over a shape (default: a scalar). */
export const constant = (value: number, dtype: DType, shape: readonly number[] = []): Value => op([], { value, dtype, shape });
