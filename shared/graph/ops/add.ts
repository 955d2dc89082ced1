import { binary } from "../elementwise.ts";
import { sumTo } from "../sum-to.ts";
import type { Value } from "../value.ts";

export const op = binary({
  name: "add",
  onnx: "Add",
  value: (a, b) => a + b,
  vjp: (cotangent, { inputs: [a, b] }) => [sumTo(cotangent, a!.shape), sumTo(cotangent, b!.shape)],
});

/** a + b, broadcast by NumPy's rule. */
export const add = (a: Value, b: Value): Value => op([a, b], {});
