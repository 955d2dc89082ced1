import { unary } from "../elementwise.ts";
import type { Value } from "../value.ts";

export const op = unary({
  name: "negate",
  onnx: "Neg",
  value: (x) => -x,
  vjp: (cotangent) => [negate(cotangent)],
});

/** -x */
export const negate = (x: Value): Value => op([x], {});
