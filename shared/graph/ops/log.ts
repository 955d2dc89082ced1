import { unary } from "../elementwise.ts";
import type { Value } from "../value.ts";
import { divide } from "./divide.ts";

export const op = unary({
  name: "log",
  onnx: "Log",
  value: (x) => Math.log(x),
  vjp: (cotangent, { inputs: [x] }) => [divide(cotangent, x!)],
  domain: "positive",
});

/** The natural logarithm. */
export const log = (x: Value): Value => op([x], {});
