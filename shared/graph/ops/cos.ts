import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { multiply } from "./multiply.ts";
import { negate } from "./negate.ts";
import { sin } from "./sin.ts";

export const op = defineOp<Record<never, never>>({
  name: "cos",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!.map((x) => Math.cos(x)),
  lower: (emit, inputs) => emit.node("Cos", inputs),
  vjp: (cotangent, { inputs: [x] }) => [negate(multiply(cotangent, sin(x!)))],
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3] }], attributes: {} }],
});

/** The cosine. */
export const cos = (x: Value): Value => op([x], {});
