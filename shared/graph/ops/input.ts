import type { DType } from "../model.ts";
import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";

export const op = defineOp<{ name: string; dtype: string; shape: readonly number[] }>({
  name: "input",
  infer: (_inputs, { dtype, shape }) => ({ dtype: dtype as DType, shape }),
  reference() {
    throw new Error("an input has no value of its own");
  },
  lower: (_emit, _inputs, _output, { name }) => name,
  vjp: () => [],
  examples: [],
});

/** A tensor that is fed at run time under this name. */
export const input = (name: string, dtype: DType, shape: readonly number[]): Value => op([], { name, dtype, shape });
