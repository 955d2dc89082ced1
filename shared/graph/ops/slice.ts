import { defineOp } from "../op.ts";
import { GraphError, showShape, type Value } from "../value.ts";
import { pad } from "./pad.ts";

export const op = defineOp<{ from: number; to: number }>({
  name: "slice",
  infer([x], { from, to }) {
    if (x!.shape.length !== 1 || from < 0 || from > to || to > x!.shape[0]!) {
      throw new GraphError("slice", `got ${from}..${to} of ${showShape(x!.shape)}, want a range of a vector`);
    }
    return { dtype: x!.dtype, shape: [to - from] };
  },
  reference: ([x], _types, { from, to }) => x!.slice(from, to),
  // Slices of one vector are lowered together where they cover it (see split.ts); this is the lonely one.
  lower: (emit, [x], _output, { from, to }) => emit.node("Slice", [x!, emit.ints([from]), emit.ints([to])]),
  // The slice of a slice is cut from the whole.
  emulated(emit, _inputs, { inputs: [part] }, { from, to }) {
    if (part!.op.name !== "slice") return null;
    const start = part!.attributes["from"] as number;
    return emit.node("Slice", [emit.nameOf(part!.inputs[0]!), emit.ints([start + from]), emit.ints([start + to])]);
  },
  vjp: (cotangent, { inputs: [x] }, { from, to }) => [pad(cotangent, from, x!.shape[0]! - to)],
  examples: [{ inputs: [{ dtype: "float32", shape: [6] }], attributes: { from: 1, to: 4 } }],
});

/** Elements `from` to `to` (exclusive) of a vector. */
export const slice = (x: Value, from: number, to: number): Value =>
  from === 0 && to === x.shape[0] && x.shape.length === 1 ? x : op([x], { from, to });
