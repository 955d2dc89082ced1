import { unary } from "../elementwise.ts";
import type { Value } from "../value.ts";
import { add } from "./add.ts";
import { divide } from "./divide.ts";

export const op = unary({
  name: "sqrt",
  onnx: "Sqrt",
  value: (x) => Math.sqrt(x),
  vjp: (cotangent, output) => [divide(cotangent, add(output, output))],
  domain: "positive",
});

/** The square root. */
export const sqrt = (x: Value): Value => op([x], {});
