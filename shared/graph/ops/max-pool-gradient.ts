import { DATA_TYPE } from "../../onnx/model-proto.ts";
import type { Emitter } from "../emit.ts";
import type { DType } from "../model.ts";
import { defineOp } from "../op.ts";
import { placed } from "../emulated-rows.ts";
import { corners, firstMaximum, largest, largestCorner } from "../pooling.ts";
import type { Value } from "../value.ts";
import { maxPoolPick } from "./max-pool-pick.ts";

export const op = defineOp<Record<never, never>>({
  name: "max-pool-gradient",
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  reference([x, dy], [type]) {
    const dx = new Float64Array(x!.length);
    for (const [i, at] of firstMaximum(x!, type!).entries()) dx[at] = dy![i]!;
    return dx;
  },
  lower: (emit, [x, dy], { shape, dtype }) =>
    inOrder(emit, toFirstCorner(emit, dy!, corners(emit, x!, shape), largest(emit, x!), dtype), shape),
  emulated: (emit, [x, dy], { shape, dtype }) =>
    placed(emit, x!, toFirstCorner(emit, dy!, corners(emit, x!, shape), largestCorner(emit, x!, shape), dtype), shape),
  batchLast: {
    result: "activation",
    // Between the columns of a pair, then between the rows: the first of the largest wins both ways, as it does among the four corners.
    lower(emit, [x, dy], { shape: [n, c, h, w], dtype }) {
      const columns = pairs(emit, x!.batchLast, [(c! * h! * w!) / 2, 2, n!]);
      const rows = pairs(emit, emit.node("Max", columns), [(c! * h!) / 2, 2, (w! / 2) * n!]);
      const toRows = toFirstLargest(emit, rows, emit.reshape(dy!.batchLast, [(c! * h!) / 2, 1, (w! / 2) * n!]), dtype);
      const toColumns = toFirstLargest(emit, columns, emit.reshape(toRows, [(c! * h! * w!) / 2, 1, n!]), dtype);
      return emit.reshape(toColumns, [1, c!, h!, w!, n!]);
    },
  },
  vjp: (cotangent, { inputs: [x] }) => [null, maxPoolPick(x!, cotangent)],
  examples: [
    {
      inputs: [
        { dtype: "float32", shape: [2, 3, 4, 6] },
        { dtype: "float32", shape: [2, 3, 2, 3] },
      ],
      attributes: {},
    },
    {
      // Few different numbers: windows with ties.
      inputs: [
        { dtype: "float32", shape: [2, 3, 8, 8], domain: "label" },
        { dtype: "float32", shape: [2, 3, 4, 4] },
      ],
      attributes: {},
    },
  ],
});

export type Corners = readonly [string, string, string, string];

/** The first of the four corners that equals the largest takes the cotangent, so ties (flat image areas) count once. */
function toFirstCorner(emit: Emitter, dy: string, corners: readonly string[], largest: string, dtype: DType): Corners {
  const zero = emit.numbers(dtype as "float32" | "float64", [], [0]);
  let rest = dy;
  const taken = corners.slice(0, -1).map((corner) => {
    const part = emit.node("Where", [emit.node("Equal", [corner, largest]), rest, zero]);
    rest = emit.node("Sub", [rest, part]);
    return part;
  });
  return [taken[0]!, taken[1]!, taken[2]!, rest];
}

/** Four corners [n, c, h / 2, w / 2], put back in their places: [n, c, h, w] = shape. */
export function inOrder(emit: Emitter, [a, b, c, d]: Corners, shape: readonly number[]): string {
  const [n, channels, h, w] = shape as [number, number, number, number];
  const rows = (n * channels * h) / 2;
  const row = (left: string, right: string) => alternating(emit, left, right, [(rows * w) / 2, 1, 1]);
  return emit.reshape(alternating(emit, row(a, b), row(c, d), [rows, 1, w]), shape);
}

/** One of the first and one of the second by turns, each of this shape with 1 for axis 1. */
const alternating = (emit: Emitter, first: string, second: string, shape: readonly number[]) =>
  emit.node(
    "Concat",
    [first, second].map((part) => emit.reshape(part, shape)),
    { axis: 1 },
  );

/** The first and the second of each pair along axis 1. */
const pairs = (emit: Emitter, x: string, shape: readonly number[]): [string, string] =>
  emit.nodeWithOutputs("Split", [emit.reshape(x, shape), emit.ints([1, 1])], 2, { axis: 1 }) as [string, string];

/** Pairs in which dy stands at the larger of the two, at the first if they are equal, and zero at the other. */
function toFirstLargest(emit: Emitter, [first, second]: readonly [string, string], dy: string, dtype: DType): string {
  const isFirst = emit.node("Cast", [emit.node("GreaterOrEqual", [first, second])], { to: DATA_TYPE[dtype] });
  const toFirst = emit.node("Mul", [dy, isFirst]);
  return emit.node("Concat", [toFirst, emit.node("Sub", [dy, toFirst])], { axis: 1 });
}

/** Cotangent of max-pool's images x, given its output's: each goes to the first largest element of its window. */
export const maxPoolGradient = (x: Value, dy: Value): Value => op([x, dy], {});
