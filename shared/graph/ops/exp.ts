import { unary } from "../elementwise.ts";
import type { Value } from "../value.ts";
import { multiply } from "./multiply.ts";

export const op = unary({
  name: "exp",
  onnx: "Exp",
  value: (x) => Math.exp(x),
  vjp: (cotangent, output) => [multiply(cotangent, output)],
});

/** e to the power of x */
export const exp = (x: Value): Value => op([x], {});
