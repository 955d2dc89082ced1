import { broadcastIndex } from "../broadcast.ts";
import { sumOfProducts } from "../emulated-products.ts";
import { batchLastAxis } from "../layout.ts";
import { defineOp } from "../op.ts";
import { elements, type Value } from "../value.ts";
import { expand } from "./expand.ts";

export const op = defineOp<{ axes: readonly number[] }>({
  name: "reduce-sum",
  infer: ([x], { axes }) => ({ dtype: x!.dtype, shape: x!.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)) }),
  reference([x], [type], _attributes, output) {
    const sums = new Float64Array(elements(output.shape));
    for (const [from, to] of broadcastIndex(output.shape, type!.shape).entries()) sums[to] = sums[to]! + x![from]!;
    return sums;
  },
  lower: (emit, [x], _output, { axes }) => emit.node("ReduceSum", [x!, emit.ints(axes)], { keepdims: 1 }),
  emulated: (emit, _inputs, output) => sumOfProducts(emit, output),
  batchLast: {
    result: "either",
    // Rows of pixels first, then what is left: sums of sums round less than one long sum, and a channel is 100,000 numbers in one piece.
    lower: (emit, [x], _output, { axes }) => {
      const isAlongRow = (axis: number) => axis === 0 || axis === 3;
      return [axes.filter(isAlongRow), axes.filter((axis) => !isAlongRow(axis))]
        .filter((some) => some.length > 0)
        .map((some) => emit.ints(some.map(batchLastAxis).toSorted()))
        .reduce((sum, some) => emit.node("ReduceSum", [sum, some], { keepdims: 1 }), x!.batchLast);
    },
  },
  vjp: (cotangent, { inputs: [x] }) => [expand(cotangent, x!.shape)],
  examples: [
    { inputs: [{ dtype: "float32", shape: [2, 3, 4] }], attributes: { axes: [0, 2] } },
    { inputs: [{ dtype: "float32", shape: [3] }], attributes: { axes: [0] } },
    // Long enough to be summed in two steps.
    { inputs: [{ dtype: "float32", shape: [4, 2, 8, 9] }], attributes: { axes: [0, 2, 3] } },
  ],
});

/** Sum over `axes`, which stay with length 1. */
export const reduceSum = (x: Value, axes: readonly number[]): Value => op([x], { axes });
