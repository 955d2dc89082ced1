import { binary } from "../elementwise.ts";
import { lessByChannel } from "../emulated-channels.ts";
import { sumTo } from "../sum-to.ts";
import type { Value } from "../value.ts";
import { negate } from "./negate.ts";

export const op = binary({
  name: "subtract",
  onnx: "Sub",
  value: (a, b) => a - b,
  emulated: lessByChannel,
  vjp: (cotangent, { inputs: [a, b] }) => [sumTo(cotangent, a!.shape), sumTo(negate(cotangent), b!.shape)],
});

/** a - b, broadcast by NumPy's rule. */
export const subtract = (a: Value, b: Value): Value => op([a, b], {});
