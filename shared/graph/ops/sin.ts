import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { cos } from "./cos.ts";
import { multiply } from "./multiply.ts";

export const op = defineOp<Record<never, never>>({
  name: "sin",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!.map((x) => Math.sin(x)),
  lower: (emit, inputs) => emit.node("Sin", inputs),
  vjp: (cotangent, { inputs: [x] }) => [multiply(cotangent, cos(x!))],
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3] }], attributes: {} }],
});

/** The sine. */
export const sin = (x: Value): Value => op([x], {});
