import { broadcastIndex, broadcastShape } from "../broadcast.ts";
import { batchLastShape } from "../layout.ts";
import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";
import { sumTo } from "../sum-to.ts";

export const op = defineOp<{ shape: readonly number[] }>({
  name: "expand",
  infer: ([x], { shape }) => ({ dtype: x!.dtype, shape: broadcastShape("expand", x!.shape, shape) }),
  reference: ([x], [type], { shape }) => Float64Array.from(broadcastIndex(type!.shape, shape), (i) => x![i]!),
  lower: (emit, [x], _output, { shape }) => emit.node("Expand", [x!, emit.ints(shape)]),
  batchLast: {
    result: "either",
    lower: (emit, [x], { shape }) => emit.node("Expand", [x!.batchLast, emit.ints(batchLastShape(shape))]),
  },
  vjp: (cotangent, { inputs: [x] }) => [sumTo(cotangent, x!.shape)],
  examples: [{ inputs: [{ dtype: "float32", shape: [3, 1] }], attributes: { shape: [2, 3, 2] } }],
});

/** x, repeated to `shape` by NumPy's rule. */
export const expand = (x: Value, shape: readonly number[]): Value => op([x], { shape });
