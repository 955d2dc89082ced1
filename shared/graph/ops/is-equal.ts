import { DATA_TYPE } from "../../onnx/model-proto.ts";
import { broadcastReference, broadcastType } from "../broadcast.ts";
import { broadcastable } from "../elementwise.ts";
import type { DType } from "../model.ts";
import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";

export const op = defineOp<{ to: string }>({
  name: "is-equal",
  infer: (inputs, { to }) => ({ dtype: to as DType, shape: broadcastType("is-equal", inputs).shape }),
  reference: (inputs, types, _attributes, output) => broadcastReference((a, b) => (a === b ? 1 : 0), inputs, types, output),
  lower: (emit, inputs, _output, { to }) => emit.node("Cast", [emit.node("Equal", inputs)], { to: DATA_TYPE[to as "float32"] }),
  batchLast: {
    result: "either",
    lower: (emit, inputs, { inputs: values }, { to }) =>
      emit.node("Cast", [emit.node("Equal", broadcastable(inputs, values))], { to: DATA_TYPE[to as "float32"] }),
  },
  vjp: () => [null, null], // zero wherever it has a derivative
  examples: [
    {
      inputs: [
        { dtype: "int32", shape: [4, 1], domain: "label" },
        { dtype: "int32", shape: [1, 4], domain: "label" },
      ],
      attributes: { to: "float32" },
    },
  ],
});

/** 1 where a = b, else 0, as numbers of type `to`. */
export const isEqual = (a: Value, b: Value, to: DType): Value => op([a, b], { to });
