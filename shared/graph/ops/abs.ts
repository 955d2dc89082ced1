import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { isPositive } from "./is-positive.ts";
import { multiply } from "./multiply.ts";
import { negate } from "./negate.ts";
import { subtract } from "./subtract.ts";

export const op = defineOp<Record<never, never>>({
  name: "abs",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!.map((x) => Math.abs(x)),
  lower: (emit, inputs) => emit.node("Abs", inputs),
  vjp: (cotangent, { inputs: [x] }) => [multiply(cotangent, subtract(isPositive(x!), isPositive(negate(x!))))],
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3] }], attributes: {} }],
});

/** The absolute value; its derivative at 0 is 0. */
export const abs = (x: Value): Value => op([x], {});
