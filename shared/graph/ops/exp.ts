import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { multiply } from "./multiply.ts";

export const op = defineOp<Record<never, never>>({
  name: "exp",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!.map((x) => Math.exp(x)),
  lower: (emit, inputs) => emit.node("Exp", inputs),
  vjp(cotangent, output) {
    return [multiply(cotangent, output)];
  },
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3] }], attributes: {} }],
});

/** e to the power of x */
export const exp = (x: Value): Value => op([x], {});
