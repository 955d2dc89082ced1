import { defineOp } from "../op.ts";
import { elements, GraphError, showShape, type Value } from "../value.ts";

export const op = defineOp<{ shape: readonly number[] }>({
  name: "reshape",
  infer([x], { shape }) {
    if (elements(x!.shape) !== elements(shape)) {
      throw new GraphError("reshape", `got ${showShape(x!.shape)}, want as many elements as ${showShape(shape)}`);
    }
    return { dtype: x!.dtype, shape };
  },
  reference: ([x]) => x!,
  lower: (emit, [x], _output, { shape }) => emit.reshape(x!, shape),
  vjp: (cotangent, { inputs: [x] }) => [reshape(cotangent, x!.shape)],
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 6] }], attributes: { shape: [3, 1, 4] } }],
});

/** The same elements in row-major order under another shape. */
export const reshape = (x: Value, shape: readonly number[]): Value => (sameShape(x.shape, shape) ? x : op([x], { shape }));

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((length, i) => length === b[i]);
