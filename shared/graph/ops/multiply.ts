import { product } from "../emulated-products.ts";
import { binary } from "../elementwise.ts";
import { sumTo } from "../sum-to.ts";
import type { Value } from "../value.ts";

export const op = binary({
  name: "multiply",
  onnx: "Mul",
  value: (a, b) => a * b,
  emulated: product,
  vjp: (cotangent, { inputs: [a, b] }) => [sumTo(multiply(cotangent, b!), a!.shape), sumTo(multiply(cotangent, a!), b!.shape)],
});

/** a * b, broadcast by NumPy's rule. */
export const multiply = (a: Value, b: Value): Value => op([a, b], {});
