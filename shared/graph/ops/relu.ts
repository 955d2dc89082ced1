import { unary } from "../elementwise.ts";
import type { Value } from "../value.ts";
import { isPositive } from "./is-positive.ts";
import { multiply } from "./multiply.ts";

export const op = unary({
  name: "relu",
  onnx: "Relu",
  value: (x) => Math.max(x, 0),
  vjp: (cotangent, output) => [multiply(cotangent, isPositive(output))],
});

/** max(x, 0) */
export const relu = (x: Value): Value => op([x], {});
