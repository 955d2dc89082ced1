import { defineOp } from "../op.ts";
import { corners, firstMaximum, largest, pooledShape } from "../pooling.ts";
import type { Value } from "../value.ts";
import { maxPoolGradient } from "./max-pool-gradient.ts";

export const op = defineOp<Record<never, never>>({
  name: "max-pool-pick",
  infer: ([x]) => ({ dtype: x!.dtype, shape: pooledShape("max-pool-pick", x!) }),
  reference: ([x, values], [type]) => Float64Array.from(firstMaximum(x!, type!), (i) => values![i]!),
  lower: (emit, [x, values], { inputs: [images] }) => {
    const at = largest(emit, x!);
    const [places, picks] = [corners(emit, x!, images!.shape), corners(emit, values!, images!.shape)];
    // From the last corner to the first, so that the first largest has the last word.
    return [2, 1, 0].reduce(
      (picked, i) => emit.node("Where", [emit.node("Equal", [places[i]!, at]), picks[i]!, picked]),
      picks[3],
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
