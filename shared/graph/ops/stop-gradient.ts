import { defineOp } from "../op.ts";
import type { Value } from "../value.ts";

export const op = defineOp<Record<never, never>>({
  name: "stop-gradient",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference: ([x]) => x!,
  lower: (_emit, [x]) => x!,
  batchLast: { result: "either", lower: (_emit, [x]) => x!.batchLast },
  vjp: () => [null],
  examples: [], // differs from its finite difference on purpose
});

/** x, taken as a constant by differentiation. */
export const stopGradient = (x: Value): Value => op([x], {});
