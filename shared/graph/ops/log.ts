import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { divide } from "./divide.ts";

export const op = defineOp<Record<never, never>>({
  name: "log",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!.map((x) => Math.log(x)),
  lower: (emit, inputs) => emit.node("Log", inputs),
  vjp(cotangent, { inputs: [x] }) {
    return [divide(cotangent, x!)];
  },
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3], domain: "positive" }], attributes: {} }],
});

/** The natural logarithm. */
export const log = (x: Value): Value => op([x], {});
