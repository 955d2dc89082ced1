/** Element types that our graphs use. */
export type DType = "float32" | "float64" | "int32" | "bool";

/** A tensor's name, element type and static shape; a scalar's shape is []. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** A compiled ONNX model: deterministic bytes, named by their SHA-256. */
export interface Model {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}
