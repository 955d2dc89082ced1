import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { isPositive } from "./is-positive.ts";
import { multiply } from "./multiply.ts";

export const op = defineOp<Record<never, never>>({
  name: "relu",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!.map((x) => Math.max(x, 0)),
  lower: (emit, inputs) => emit.node("Relu", inputs),
  vjp(cotangent, output) {
    return [multiply(cotangent, isPositive(output))];
  },
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3] }], attributes: {} }],
});

/** max(x, 0) */
export const relu = (x: Value): Value => op([x], {});
