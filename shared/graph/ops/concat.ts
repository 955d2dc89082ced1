import { joined } from "../emulated-rows.ts";
import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { slice } from "./slice.ts";

export const op = defineOp<Record<never, never>>({
  name: "concat",
  infer: (inputs) => ({ dtype: inputs[0]!.dtype, shape: [inputs.reduce((sum, { shape }) => sum + shape[0]!, 0)] }),
  reference: (inputs) => Float64Array.from(inputs.flatMap((input) => [...input])),
  lower: (emit, inputs) => (inputs.length === 1 ? inputs[0]! : emit.node("Concat", inputs, { axis: 0 })),
  emulated: (emit, names, { inputs }) =>
    joined(
      emit,
      names.map((name, i) => ({ name, length: inputs[i]!.shape[0]! })),
    ),
  vjp(cotangent, { inputs }) {
    let from = 0;
    return inputs.map(({ shape }) => slice(cotangent, from, (from += shape[0]!)));
  },
  examples: [
    {
      inputs: [
        { dtype: "float32", shape: [2] },
        { dtype: "float32", shape: [3] },
      ],
      attributes: {},
    },
    {
      inputs: [1, 5, 2, 9, 4].map((length) => ({ dtype: "float32" as const, shape: [length] })),
      attributes: {},
    },
  ],
});

/** Vectors, one after the other. */
export const concat = (vectors: readonly Value[]): Value => op(vectors, {});
