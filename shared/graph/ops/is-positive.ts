import { DATA_TYPE } from "../../onnx/model-proto.ts";
import type { Emitter } from "../emit.ts";
import type { DType } from "../model.ts";
import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";

export const op = defineOp<Record<never, never>>({
  name: "is-positive",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!.map((x) => (x > 0 ? 1 : 0)),
  lower: (emit, [x], { dtype }) => mask(emit, x!, dtype),
  batchLast: { result: "either", lower: (emit, [x], { dtype }) => mask(emit, x!.batchLast, dtype) },
  vjp: () => [null], // zero wherever it has a derivative
  examples: [{ inputs: [{ dtype: "float32", shape: [2, 3] }], attributes: {} }],
});

// Not Sign: WebGPU computes it on the CPU.
function mask(emit: Emitter, x: string, dtype: DType): string {
  const positive = emit.node("Greater", [x, emit.numbers(dtype as "float32" | "float64", [], [0])]);
  return emit.node("Cast", [positive], { to: DATA_TYPE[dtype] });
}

/** 1 where x > 0, else 0. */
export const isPositive = (x: Value): Value => op([x], {});
