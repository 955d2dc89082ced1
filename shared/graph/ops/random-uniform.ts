import { DATA_TYPE } from "../../onnx/model-proto.ts";
import { rowMajorStrides } from "../broadcast.ts";
import type { Emitter } from "../emit.ts";
import { batchLastShape } from "../layout.ts";
import { defineOp } from "../op.ts";
import { elements, type Value } from "../value.ts";

interface Attributes {
  readonly [key: string]: number | string | readonly number[];
  readonly shape: readonly number[];
  readonly salt: number;
  readonly dtype: string;
}

/** Odd constants of the golden-ratio and Murmur kind: a multiplication by one carries every bit upwards. */
const MULTIPLIERS = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35].map((n) => n | 0) as [number, number, number];

export const op = defineOp<Attributes>({
  name: "random-uniform",
  infer: (_inputs, { shape, dtype }) => ({ dtype: dtype as "float32", shape }),
  reference([key], _types, { shape, salt }) {
    const [first, second] = key as unknown as [number, number];
    return Float64Array.from({ length: elements(shape) }, (_, i) => {
      let x = (Math.imul(i, MULTIPLIERS[0]) + first + Math.imul(salt, MULTIPLIERS[1])) | 0;
      x = Math.imul(mix(x) + second, MULTIPLIERS[1]);
      x = Math.imul(mix(x), MULTIPLIERS[2]);
      return (Math.trunc(x / 256) + 2 ** 23) / 2 ** 24;
    });
  },
  lower: (emit, [key], { shape }, attributes) => hashed(emit, key!, attributes, elementIndex(emit, shape)),
  batchLast: {
    result: "either",
    lower: (emit, [key], { shape }, attributes) =>
      hashed(emit, key!.logical, attributes, elementIndex(emit, batchLastShape(shape), batchLastShape(rowMajorStrides(shape)))),
  },
  vjp: () => [null], // its key is an integer
  examples: [
    { inputs: [{ dtype: "int32", shape: [2], domain: "label" }], attributes: { shape: [3, 4, 5], salt: 7, dtype: "float32" } },
    { inputs: [{ dtype: "int32", shape: [2], domain: "label" }], attributes: { shape: [6], salt: 0, dtype: "float32" } },
  ],
});

/**
 * Multiplies by the number's own high half, made odd, then adds the high half of the product to the low one: bits move up and down, and
 * not linearly. Only what int32 has on every provider: products that wrap, quotients that truncate; WebGPU has no xor or shift in ONNX.
 */
function mix(x: number): number {
  const product = Math.imul(x, 2 * Math.trunc(x / 2 ** 15) + 1);
  return (product + Math.trunc(product / 2 ** 16)) | 0;
}

/** A number for each index. */
function hashed(emit: Emitter, key: string, { salt, dtype }: Attributes, index: string): string {
  const int = (value: number) => emit.numbers("int32", [], [value]);
  const [first, second] = emit.nodeWithOutputs("Split", [key, emit.ints([1, 1])], 2, { axis: 0 });
  const high = (x: string, shift: number) => emit.node("Div", [x, int(2 ** shift)]);
  const mixed = (x: string) => {
    const odd = emit.node("Add", [emit.node("Mul", [high(x, 15), int(2)]), int(1)]);
    const product = emit.node("Mul", [x, odd]);
    return emit.node("Add", [product, high(product, 16)]);
  };
  const salted = emit.node("Add", [first!, int(Math.imul(salt, MULTIPLIERS[1]))]);
  let x = emit.node("Add", [emit.node("Mul", [index, int(MULTIPLIERS[0])]), salted]);
  x = emit.node("Mul", [emit.node("Add", [mixed(x), second!]), int(MULTIPLIERS[1])]);
  x = emit.node("Mul", [mixed(x), int(MULTIPLIERS[2])]);
  const float = dtype as "float32" | "float64";
  const top = emit.node("Cast", [high(x, 8)], { to: DATA_TYPE[float] });
  return emit.node("Mul", [emit.node("Add", [top, emit.numbers(float, [], [2 ** 23])]), emit.numbers(float, [], [2 ** -24])]);
}

/** The index of every element, row-major unless `strides` says otherwise, broadcast from one short vector per axis. */
function elementIndex(emit: Emitter, shape: readonly number[], strides: readonly number[] = rowMajorStrides(shape)): string {
  const axes = shape.map((length, axis) => {
    const along = shape.map((_, i) => (i === axis ? length : 1));
    return emit.numbers(
      "int32",
      along,
      Array.from({ length }, (_, i) => i * strides[axis]!),
    );
  });
  return axes.reduce((sum, axis) => emit.node("Add", [sum, axis]));
}

/**
 * Uniform numbers in [0, 1) with 24 bits, hashed from a key [2] (int32) and each element's index: the same bits on every device, in
 * any order, with nothing uploaded but the key. `salt` tells places in a network apart.
 */
export const randomUniform = (
  key: Value,
  shape: readonly number[],
  salt: number,
  dtype: "float32" | "float64" = "float32",
): Value => op([key], { shape, salt, dtype });
