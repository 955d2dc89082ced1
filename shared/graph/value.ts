import type { DType } from "./model.ts";
import type { Attributes, Op } from "./op.ts";

/** Element type and static shape. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/**
 * A node of the computation: the result of an op, applied to other values. Values are immutable and know their inputs, so
 * a graph is just the values that can be reached from its outputs.
 */
export interface Value extends TensorType {
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  /** The layers it was made in, for example `block3/conv2/norm`: error messages and ONNX node names carry it. */
  readonly path: string;
}

let path = "";

/** Values made inside `build` carry `name` in their path. */
export function within<T>(name: string, build: () => T): T {
  const outer = path;
  path = outer === "" ? name : `${outer}/${name}`;
  try {
    return build();
  } finally {
    path = outer;
  }
}

/** The path in force where this is called. */
export const currentPath = (): string => path;

/** Number of elements of a shape; 1 for a scalar. */
export const elements = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** "[128, 64, 8, 8]" */
export const showShape = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** An error about shapes or types, headed by the layer and the op: `block3/norm: mul: got ..., want ...`. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  constructor(op: string, message: string) {
    super(`${path === "" ? "" : `${path}: `}${op}: ${message}`);
  }
}
