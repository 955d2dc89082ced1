import { broadcastIndex } from "../broadcast.ts";
import { batchLastAxis } from "../layout.ts";
import { defineOp } from "../op.ts";
import { elements, type Value } from "../value.ts";
import { divide } from "./divide.ts";
import { isEqual } from "./is-equal.ts";
import { multiply } from "./multiply.ts";
import { reduceSum } from "./reduce-sum.ts";

export const op = defineOp<{ axes: readonly number[] }>({
  name: "reduce-max",
  infer: ([x], { axes }) => ({ dtype: x!.dtype, shape: x!.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)) }),
  reference([x], [type], _attributes, output) {
    const maxima = new Float64Array(elements(output.shape)).fill(-Infinity);
    for (const [from, to] of broadcastIndex(output.shape, type!.shape).entries()) maxima[to] = Math.max(maxima[to]!, x![from]!);
    return maxima;
  },
  lower: (emit, [x], _output, { axes }) => emit.node("ReduceMax", [x!, emit.ints(axes)], { keepdims: 1 }),
  batchLast: {
    result: "either",
    lower: (emit, [x], _output, { axes }) =>
      emit.node("ReduceMax", [x!.batchLast, emit.ints(axes.map(batchLastAxis).toSorted())], { keepdims: 1 }),
  },
  // Elements that tie for the maximum share its cotangent.
  vjp(cotangent, output) {
    const [x] = output.inputs as [Value];
    const winners = isEqual(x, output, x.dtype);
    return [multiply(winners, divide(cotangent, reduceSum(winners, output.attributes["axes"] as readonly number[])))];
  },
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3, 4] }], attributes: { axes: [2] } }],
});

/** Largest element over `axes`, which stay with length 1. */
export const reduceMax = (x: Value, axes: readonly number[]): Value => op([x], { axes });
