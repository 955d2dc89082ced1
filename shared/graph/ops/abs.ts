import { unary } from "../elementwise.ts";
import type { Value } from "../value.ts";
import { isPositive } from "./is-positive.ts";
import { multiply } from "./multiply.ts";
import { negate } from "./negate.ts";
import { subtract } from "./subtract.ts";

export const op = unary({
  name: "abs",
  onnx: "Abs",
  value: (x) => Math.abs(x),
  vjp: (cotangent, { inputs: [x] }) => [multiply(cotangent, subtract(isPositive(x!), isPositive(negate(x!))))],
});

/** The absolute value; its derivative at 0 is 0. */
export const abs = (x: Value): Value => op([x], {});
