import type { AttributeValue, NodeProto, OnnxType, TensorProto } from "../onnx/model-proto.ts";
import { elements, type Value } from "./value.ts";

/** Which formulations an op lowers to: `cpu` is fast on the native CPU and WASM providers, `webgpu` on GPUs, `emulated` on one emulated on the processor. */
export type Target = "cpu" | "webgpu" | "emulated";

/** What a lowering may ask about values other than its own. */
export interface Surroundings {
  /** The tensor of a value that is lowered already, in logical order. */
  readonly nameOf: (value: Value) => string;
  /** Whether one other value alone is made from it, and it is no output. */
  readonly isUsedOnce: (value: Value) => boolean;
}

const NONE: Surroundings = {
  nameOf: () => {
    throw new Error("emitter: got a question about a value, want the graph that it belongs to");
  },
  isUsedOnce: () => false,
};

/** Collects ONNX nodes and constants while values are lowered; gives every output a readable, unique name. */
export class Emitter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly target: Target;
  readonly #constants = new Map<string, string>();
  readonly #uses = new Map<string, number>();
  readonly #known = new Map<string, string[]>();
  /** What a Reshape was made from: the reshape of a reshape needs the last only. */
  readonly #reshaped = new Map<string, string>();
  #path = "";

  readonly nameOf: Surroundings["nameOf"];
  readonly isUsedOnce: Surroundings["isUsedOnce"];

  constructor(target: Target, { nameOf, isUsedOnce }: Surroundings = NONE) {
    this.target = target;
    this.nameOf = nameOf;
    this.isUsedOnce = isUsedOnce;
  }

  /** Nodes emitted from now on are named below this path. */
  at(path: string): this {
    this.#path = path;
    return this;
  }

  /** Adds a node with one output and returns the output's name. */
  node(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    return this.nodeWithOutputs(opType, inputs, 1, attributes)[0]!;
  }

  nodeWithOutputs(
    opType: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string[] {
    // An equal node computes the same: emit it once.
    const key = JSON.stringify([opType, inputs, outputs, attributes]);
    const known = this.#known.get(key);
    if (known) return known;
    const name = this.#unique(opType);
    const names = outputs === 1 ? [name] : Array.from({ length: outputs }, (_, i) => `${name}:${i}`);
    this.nodes.push({ name, opType, inputs, outputs: names, attributes });
    this.#known.set(key, names);
    if (opType === "Reshape") this.#reshaped.set(name, inputs[0]!);
    return names;
  }

  /** The same elements under another shape. */
  reshape(x: string, shape: readonly number[]): string {
    return this.node("Reshape", [this.#reshaped.get(x) ?? x, this.ints(shape)]);
  }

  /** Renames values to the names under which the model returns them; one that is an input, or returned twice, is copied. */
  nameOutputs(outputs: ReadonlyMap<string, string>): void {
    this.#dropUnused(outputs.values());
    const renamed = new Map<string, string>();
    const produced = new Set(this.nodes.flatMap((node) => node.outputs));
    for (const [name, value] of outputs) {
      if (produced.has(value) && !renamed.has(value)) renamed.set(value, name);
      else this.nodes.push({ name, opType: "Identity", inputs: [value], outputs: [name], attributes: {} });
    }
    const rename = (value: string) => renamed.get(value) ?? value;
    for (const [i, node] of this.nodes.entries()) {
      this.nodes[i] = { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
    }
  }

  /** Removes nodes and constants that no output needs; nodes stand in the order of computation. */
  #dropUnused(outputs: Iterable<string>): void {
    const needed = new Set(outputs);
    const kept = this.nodes.toReversed().filter((node) => {
      if (!node.outputs.some((name) => needed.has(name))) return false;
      for (const input of node.inputs) needed.add(input);
      return true;
    });
    this.nodes.splice(0, Infinity, ...kept.toReversed());
    this.initializers.splice(0, Infinity, ...this.initializers.filter(({ name }) => needed.has(name)));
  }

  /** A vector of int64: shapes, axes, bounds. */
  ints(values: readonly number[]): string {
    return this.#constant("int64", [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer), values);
  }

  /** Numbers of the given type and shape. */
  numbers(dtype: "float32" | "float64" | "int32", shape: readonly number[], values: readonly number[]): string {
    const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array } as const;
    return this.#constant(dtype, shape, new Uint8Array(arrays[dtype].from(values).buffer), values);
  }

  #constant(dtype: OnnxType, shape: readonly number[], data: Uint8Array, values: readonly number[]): string {
    const key = `${dtype}[${shape.join(",")}]${values.join(",")}`;
    let name = this.#constants.get(key);
    if (name === undefined) {
      if (elements(shape) !== values.length) throw new RangeError(`constant ${key}: got ${values.length} values`);
      name = key.length <= 40 ? key : `constant_${this.#constants.size}`;
      this.#constants.set(key, name);
      this.initializers.push({ name, dtype, shape, data });
    }
    return name;
  }

  #unique(opType: string): string {
    const stem = this.#path === "" ? opType : `${this.#path}/${opType}`;
    const uses = this.#uses.get(stem) ?? 0;
    this.#uses.set(stem, uses + 1);
    return uses === 0 ? stem : `${stem}_${uses}`;
  }
}
