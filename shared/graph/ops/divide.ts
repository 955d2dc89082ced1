import { broadcastReference, broadcastType } from "../broadcast.ts";
import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { multiply } from "./multiply.ts";
import { negate } from "./negate.ts";
import { sumTo } from "../sum-to.ts";

export const op = defineOp<Record<never, never>>({
  name: "divide",
  infer: (inputs) => broadcastType("divide", inputs),
  reference: (inputs, types, _attributes, output) => broadcastReference((a, b) => a / b, inputs, types, output),
  lower: (emit, inputs) => emit.node("Div", inputs),
  vjp(cotangent, { inputs: [a, b] }) {
    const da = divide(cotangent, b!);
    return [sumTo(da, a!.shape), sumTo(negate(divide(multiply(da, a!), b!)), b!.shape)];
  },
  examples: [
    {
      inputs: [
        { dtype: "float32", shape: [2, 3] },
        { dtype: "float32", shape: [2, 3], domain: "positive" },
      ],
      attributes: {},
    },
    {
      inputs: [
        { dtype: "float32", shape: [2, 3, 2] },
        { dtype: "float32", shape: [3, 1], domain: "positive" },
      ],
      attributes: {},
    },
    {
      inputs: [
        { dtype: "float32", shape: [] },
        { dtype: "float32", shape: [4], domain: "positive" },
      ],
      attributes: {},
    },
  ],
});

/** a / b, broadcast by NumPy's rule. */
export const divide = (a: Value, b: Value): Value => op([a, b], {});
