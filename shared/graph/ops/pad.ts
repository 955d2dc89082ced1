import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { slice } from "./slice.ts";

export const op = defineOp<{ before: number; after: number }>({
  name: "pad",
  infer: ([x], { before, after }) => ({ dtype: x!.dtype, shape: [before + x!.shape[0]! + after] }),
  reference([x], _types, { before, after }) {
    const padded = new Float64Array(before + x!.length + after);
    padded.set(x!, before);
    return padded;
  },
  lower: (emit, [x], _output, { before, after }) => emit.node("Pad", [x!, emit.ints([before, after])]),
  vjp: (cotangent, { inputs: [x] }, { before }) => [slice(cotangent, before, before + x!.shape[0]!)],
  examples: [{ inputs: [{ dtype: "float32", shape: [3] }], attributes: { before: 1, after: 2 } }],
});

/** A vector with zeros before and after it. */
export const pad = (x: Value, before: number, after: number): Value => op([x], { before, after });
