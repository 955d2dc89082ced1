import type { Emitter } from "./emit.ts";
import { currentPath, type TensorType, type Value } from "./value.ts";

/** An op's constants: axes, sizes, a name. */
export type Attributes = Readonly<Record<string, number | string | boolean | readonly number[]>>;

/** Cotangents of an op's inputs, given the output's; null where none flows. Built of ops, so that it can be differentiated again. */
export type Vjp<A extends Attributes> = (cotangent: Value, output: Value, attributes: A) => readonly (Value | null)[];

/** Inputs on which the tests try an op. */
export interface Example<A extends Attributes = Attributes> {
  readonly inputs: readonly (TensorType & {
    /** Where numbers are drawn from; default: the normal distribution. */
    readonly domain?: "normal" | "positive" | "label";
  })[];
  readonly attributes: A;
}

/** A value in the model under construction, by the name of its tensor; what is not there yet in the order asked for is converted. */
export interface Stored {
  /** In row-major order of its shape. */
  readonly logical: string;
  /** Of [n, c, h, w] (leading axes of length 1 may be missing): [1, c, h, w, n]. */
  readonly batchLast: string;
}

/** How an op computes where activations are stored batch last (storage.ts). */
export interface BatchLast<A extends Attributes> {
  /**
   * What its result is: `activation`: stored batch last; `parameter`: not, though it comes from activations; `either`: as its inputs
   * or its users are, if it has four axes.
   */
  readonly result: "activation" | "parameter" | "either";
  /** Emits ONNX nodes and returns the name of the output, batch last unless it is a parameter. */
  lower(emit: Emitter, inputs: readonly Stored[], output: Value, attributes: A): string;
}

/** One primitive: what comes out, its value, its derivative, its ONNX. */
export interface Op<A extends Attributes = Attributes> {
  readonly name: string;
  /** Type of the output. @throws GraphError with got/want */
  infer(inputs: readonly TensorType[], attributes: A): TensorType;
  /** The value in float64, straight from the definition; labels and masks are numbers too. */
  reference(inputs: readonly Float64Array[], types: readonly TensorType[], attributes: A, output: TensorType): Float64Array;
  /** Emits ONNX nodes and returns the name of the output. */
  lower(emit: Emitter, inputs: readonly string[], output: Value, attributes: A): string;
  /** Absent: its inputs are brought into logical order. */
  readonly batchLast?: BatchLast<A>;
  /** The same on a GPU that is emulated on the processor (emulated.ts); absent, or null where nothing is better: as on other GPUs. */
  readonly emulated?: (emit: Emitter, inputs: readonly string[], output: Value, attributes: A) => string | null;
  /** The derivative, or why there is none. */
  readonly vjp: Vjp<A> | { readonly none: string };
  readonly examples: readonly Example<A>[];
}

/** Emits the nodes of a value in logical order, as the target computes them best, and returns the name of the output. */
export function lowered(emit: Emitter, inputs: readonly string[], output: Value): string {
  const { op, attributes } = output;
  const better = emit.target === "emulated" ? op.emulated?.(emit, inputs, output, attributes) : null;
  return better ?? op.lower(emit, inputs, output, attributes);
}

/** Declares an op; the result applies it: `op(inputs, attributes)`. */
export function defineOp<A extends Attributes>(
  op: Op<A>,
): { (inputs: readonly Value[], attributes: A): Value; readonly op: Op<A> } {
  const apply = (inputs: readonly Value[], attributes: A): Value => ({
    ...op.infer(inputs, attributes),
    op: op as unknown as Op,
    inputs,
    attributes,
    path: currentPath(),
  });
  return Object.assign(apply, { op });
}
