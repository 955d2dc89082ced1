import { binary } from "../elementwise.ts";
import { sumTo } from "../sum-to.ts";
import type { Value } from "../value.ts";
import { multiply } from "./multiply.ts";
import { negate } from "./negate.ts";

export const op = binary({
  name: "divide",
  onnx: "Div",
  value: (a, b) => a / b,
  vjp(cotangent, { inputs: [a, b] }) {
    const da = divide(cotangent, b!);
    return [sumTo(da, a!.shape), sumTo(negate(divide(multiply(da, a!), b!)), b!.shape)];
  },
  secondDomain: "positive",
});

/** a / b, broadcast by NumPy's rule. */
export const divide = (a: Value, b: Value): Value => op([a, b], {});
