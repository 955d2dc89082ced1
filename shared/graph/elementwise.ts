import { broadcastReference, broadcastType } from "./broadcast.ts";
import { defineOp, type Example, type Op, type Stored, type Vjp } from "./op.ts";
import type { Value } from "./value.ts";

type None = Record<never, never>;
type Domain = NonNullable<Example["inputs"][number]["domain"]>;

/** An op of one input that acts on each element: what its file must say. */
interface Unary {
  readonly name: string;
  /** The ONNX operator. */
  readonly onnx: string;
  readonly value: (x: number) => number;
  readonly vjp: Vjp<None>;
  /** Where it is defined; default: everywhere. */
  readonly domain?: Domain;
}

export const unary = ({ name, onnx, value, vjp, domain = "normal" }: Unary) =>
  defineOp<None>({
    name,
    infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
    reference: ([x]) => x!.map((number) => value(number)),
    lower: (emit, inputs) => emit.node(onnx, inputs),
    batchLast: { result: "either", lower: (emit, [x]) => emit.node(onnx, [x!.batchLast]) },
    vjp,
    examples: [{ inputs: [{ dtype: "float32", shape: [2, 3], domain }], attributes: {} }],
  });

/** An op of two inputs that acts on each pair of elements, broadcast by NumPy's rule. */
interface Binary {
  readonly name: string;
  readonly onnx: string;
  readonly value: (a: number, b: number) => number;
  readonly vjp: Vjp<None>;
  /** Where the second input is defined; default: everywhere. */
  readonly secondDomain?: Domain;
  readonly emulated?: NonNullable<Op<None>["emulated"]>;
}

export const binary = ({ name, onnx, value, vjp, secondDomain: domain = "normal", emulated }: Binary) =>
  defineOp<None>({
    name,
    infer: (inputs) => broadcastType(name, inputs),
    reference: (inputs, types, _attributes, output) => broadcastReference(value, inputs, types, output),
    lower: (emit, inputs) => emit.node(onnx, inputs),
    batchLast: { result: "either", lower: (emit, inputs, { inputs: values }) => emit.node(onnx, broadcastable(inputs, values)) },
    ...(emulated && { emulated }),
    vjp,
    examples: (
      [
        [
          [2, 3],
          [2, 3],
        ],
        [
          [2, 3, 2],
          [3, 1],
        ],
        [[], [4]],
      ] as const
    ).map(([a, b]) => ({
      inputs: [
        { dtype: "float32", shape: a },
        { dtype: "float32", shape: b, domain },
      ],
      attributes: {},
    })),
  });

/** Batch last, the inputs of an op that broadcasts; scalars are as they are. */
export const broadcastable = (inputs: readonly Stored[], values: readonly Value[]): string[] =>
  inputs.map((input, i) => (values[i]!.shape.length === 0 ? input.logical : input.batchLast));
