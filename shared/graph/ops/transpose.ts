import { rowMajorStrides, stridedIndex } from "../broadcast.ts";
import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";

export const op = defineOp<{ order: readonly number[] }>({
  name: "transpose",
  infer: ([x], { order }) => ({ dtype: x!.dtype, shape: order.map((axis) => x!.shape[axis]!) }),
  reference([x], [type], { order }, output) {
    const strides = rowMajorStrides(type!.shape);
    const index = stridedIndex(
      output.shape,
      order.map((axis) => strides[axis]!),
    );
    return Float64Array.from(index, (i) => x![i]!);
  },
  lower: (emit, [x], _output, { order }) => emit.node("Transpose", [x!], { perm: order }),
  vjp: (cotangent, _output, { order }) => [
    transpose(
      cotangent,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
  examples: [
    { inputs: [{ dtype: "float32", shape: [2, 3] }], attributes: { order: [1, 0] } },
    { inputs: [{ dtype: "float32", shape: [2, 3, 4] }], attributes: { order: [1, 2, 0] } },
  ],
});

/** Axis i of the result is axis `order[i]` of x. */
export const transpose = (x: Value, order: readonly number[]): Value => op([x], { order });
