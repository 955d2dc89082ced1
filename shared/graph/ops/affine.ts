import type { Emitter } from "../emit.ts";
import type { DType } from "../model.ts";
import { affineByChannel } from "../emulated-channels.ts";
import { defineOp } from "../op.ts";
import { GraphError, showShape, type Value } from "../value.ts";
import { constant } from "./constant.ts";
import { multiply } from "./multiply.ts";
import { reduceSum } from "./reduce-sum.ts";
import { reshape } from "./reshape.ts";

export const op = defineOp<Record<never, never>>({
  name: "affine",
  infer([x, scale, shift]) {
    const channels = x!.shape[1] ?? 0;
    if (x!.shape.length < 2 || [scale!, shift!].some(({ shape }) => shape.length !== 1 || shape[0] !== channels)) {
      throw new GraphError(
        "affine",
        `got ${[x!, scale!, shift!].map(({ shape }) => showShape(shape)).join(", ")}, want [n, c, ...], [c], [c]`,
      );
    }
    return { dtype: x!.dtype, shape: x!.shape };
  },
  reference([x, scale, shift], [type]) {
    const [, channels = 1, ...pixels] = type!.shape;
    const perChannel = pixels.reduce((product, length) => product * length, 1);
    return x!.map((x, i) => {
      const channel = Math.floor(i / perChannel) % channels;
      return x * scale![channel]! + shift![channel]!;
    });
  },
  lower: (emit, [x, scale, shift], { dtype, shape }) => channelwise(emit, x!, scale!, shift!, dtype, shape[1]!),
  emulated: affineByChannel,
  batchLast: {
    result: "either",
    lower: (emit, [x, scale, shift], { dtype, shape }) =>
      channelwise(emit, x!.batchLast, scale!.logical, shift!.logical, dtype, shape[1]!),
  },
  vjp(cotangent, { inputs: [x, scale] }) {
    const axes = x!.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
    const perChannel = (value: Value) => reshape(reduceSum(value, axes), scale!.shape);
    return [
      affine(cotangent, scale!, constant(0, x!.dtype, scale!.shape)),
      perChannel(multiply(cotangent, x!)),
      perChannel(cotangent),
    ];
  },
  examples: [
    {
      inputs: [
        { dtype: "float32", shape: [2, 3, 2, 2] },
        { dtype: "float32", shape: [3] },
        { dtype: "float32", shape: [3] },
      ],
      attributes: {},
    },
    {
      inputs: [
        { dtype: "float32", shape: [4, 3] },
        { dtype: "float32", shape: [3] },
        { dtype: "float32", shape: [3] },
      ],
      attributes: {},
    },
  ],
});

// Every provider computes BatchNormalization with given statistics in one pass; a Mul and an Add take two.
function channelwise(emit: Emitter, x: string, scale: string, shift: string, dtype: DType, channels: number): string {
  const fill = (value: number) =>
    emit.numbers(dtype as "float32" | "float64", [channels], new Array<number>(channels).fill(value));
  return emit.node("BatchNormalization", [x, scale, shift, fill(0), fill(1)], { epsilon: { float: 0 } });
}

/** scale x + shift, channel by channel (axis 1), in one pass: x [n, c, ...], scale [c], shift [c]. */
export const affine = (x: Value, scale: Value, shift: Value): Value => op([x, scale, shift], {});
