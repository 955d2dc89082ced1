import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { add } from "./add.ts";
import { divide } from "./divide.ts";

export const op = defineOp<Record<never, never>>({
  name: "sqrt",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!.map((x) => Math.sqrt(x)),
  lower: (emit, inputs) => emit.node("Sqrt", inputs),
  vjp(cotangent, output) {
    return [divide(cotangent, add(output, output))];
  },
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3], domain: "positive" }], attributes: {} }],
});

/** The square root. */
export const sqrt = (x: Value): Value => op([x], {});
