import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { multiply } from "./multiply.ts";
import { subtract } from "./subtract.ts";

export const op = defineOp<Record<never, never>>({
  name: "tanh",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!.map((x) => Math.tanh(x)),
  lower: (emit, inputs) => emit.node("Tanh", inputs),
  vjp: (cotangent, output) => [subtract(cotangent, multiply(cotangent, multiply(output, output)))],
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3] }], attributes: {} }],
});

/** The hyperbolic tangent: smooth, so that second derivatives exist everywhere. */
export const tanh = (x: Value): Value => op([x], {});
