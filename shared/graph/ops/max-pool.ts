import { defineOp } from "../op.ts";
import { firstMaximum, largest, largestCorner, pooledShape } from "../pooling.ts";
import type { Value } from "../value.ts";
import { maxPoolGradient } from "./max-pool-gradient.ts";

export const op = defineOp<Record<never, never>>({
  name: "max-pool",
  infer: ([x]) => ({ dtype: x!.dtype, shape: pooledShape("max-pool", x!) }),
  reference: ([x], [type]) => Float64Array.from(firstMaximum(x!, type!), (i) => x![i]!),
  lower: (emit, [x]) => largest(emit, x!),
  emulated: (emit, [x], { inputs: [images] }) => largestCorner(emit, x!, images!.shape),
  batchLast: {
    result: "activation",
    lower: (emit, [x]) => emit.node("MaxPool", [x!.batchLast], { kernel_shape: [2, 2, 1], strides: [2, 2, 1] }),
  },
  vjp: (cotangent, { inputs: [x] }) => [maxPoolGradient(x!, cotangent)],
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3, 4, 6] }], attributes: {} }],
});

/** The largest of each 2 x 2 window, stride 2, of images [n, c, h, w]. */
export const maxPool = (x: Value): Value => op([x], {});
