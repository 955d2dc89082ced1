import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";

export const op = defineOp<Record<never, never>>({
  name: "negate",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!.map((x) => -x),
  lower: (emit, inputs) => emit.node("Neg", inputs),
  vjp(cotangent, _output) {
    return [negate(cotangent)];
  },
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3] }], attributes: {} }],
});

/** -x */
export const negate = (x: Value): Value => op([x], {});
