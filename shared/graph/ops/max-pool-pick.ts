import { defineOp } from "../op.ts";
import { firstMaximum, pooledShape } from "../pooling.ts";
import type { Value } from "../value.ts";
import { maxPoolGradient } from "./max-pool-gradient.ts";

export const op = defineOp<Record<never, never>>({
  name: "max-pool-pick",
  infer: ([x]) => ({ dtype: x!.dtype, shape: pooledShape("max-pool-pick", x!) }),
  reference: ([x, values], [type]) => Float64Array.from(firstMaximum(x!, type!), (i) => values![i]!),
  lower(emit, [x, values], { inputs: [images] }) {
    const [, , h, w] = images!.shape as [number, number, number, number];
    const largest = emit.node("MaxPool", [x!], { kernel_shape: [2, 2], strides: [2, 2] });
    const corner = (of: string, row: number, column: number) =>
      emit.node("Slice", [of, emit.ints([row, column]), emit.ints([h, w]), emit.ints([2, 3]), emit.ints([2, 2])]);
    // From the last corner to the first, so that the first largest has the last word.
    return (
      [
        [1, 0],
        [0, 1],
        [0, 0],
      ] as const
    ).reduce(
      (picked, [row, column]) =>
        emit.node("Where", [emit.node("Equal", [corner(x!, row, column), largest]), corner(values!, row, column), picked]),
      corner(values!, 1, 1),
    );
  },
  vjp: (cotangent, { inputs: [x] }) => [null, maxPoolGradient(x!, cotangent)],
  examples: [
    {
      inputs: [
        { dtype: "float32", shape: [2, 3, 4, 6] },
        { dtype: "float32", shape: [2, 3, 4, 6] },
      ],
      attributes: {},
    },
  ],
});

/** Of each 2 x 2 window, the element of `values` that stands where x is first largest: max-pool's directional derivative. */
export const maxPoolPick = (x: Value, values: Value): Value => op([x, values], {});
