import { unary } from "../elementwise.ts";
import type { Value } from "../value.ts";
import { multiply } from "./multiply.ts";
import { subtract } from "./subtract.ts";

export const op = unary({
  name: "tanh",
  onnx: "Tanh",
  value: (x) => Math.tanh(x),
  vjp: (cotangent, output) => [subtract(cotangent, multiply(cotangent, multiply(output, output)))],
});

/** The hyperbolic tangent: smooth, so that second derivatives exist everywhere. */
export const tanh = (x: Value): Value => op([x], {});
