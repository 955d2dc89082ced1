import { broadcastReference, broadcastType } from "../broadcast.ts";
import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { sumTo } from "../sum-to.ts";

export const op = defineOp<Record<never, never>>({
  name: "multiply",
  infer: (inputs) => broadcastType("multiply", inputs),
  reference: (inputs, types, _attributes, output) => broadcastReference((a, b) => a * b, inputs, types, output),
  lower: (emit, inputs) => emit.node("Mul", inputs),
  vjp(cotangent, { inputs: [a, b] }) {
    return [sumTo(multiply(cotangent, b!), a!.shape), sumTo(multiply(cotangent, a!), b!.shape)];
  },
  examples: [
    {
      inputs: [
        { dtype: "float32", shape: [2, 3] },
        { dtype: "float32", shape: [2, 3] },
      ],
      attributes: {},
    },
    {
      inputs: [
        { dtype: "float32", shape: [2, 3, 2] },
        { dtype: "float32", shape: [3, 1] },
      ],
      attributes: {},
    },
    {
      inputs: [
        { dtype: "float32", shape: [] },
        { dtype: "float32", shape: [4] },
      ],
      attributes: {},
    },
  ],
});

/** a * b, broadcast by NumPy's rule. */
export const multiply = (a: Value, b: Value): Value => op([a, b], {});
