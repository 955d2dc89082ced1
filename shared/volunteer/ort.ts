import type { TensorSpec } from "../graph/model.ts";
import type { Numbers } from "./ports.ts";

/** As much of an ONNX Runtime tensor as training needs; onnxruntime-web's and onnxruntime-node's both fit. */
export interface OrtTensor {
  /** Downloads the values where they are on a GPU. */
  getData(): Promise<unknown>;
  dispose(): void;
}

export type Tensors = Readonly<Record<string, OrtTensor>>;

export interface OrtSession {
  run(feeds: Record<string, OrtTensor>, fetches: readonly string[]): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}

/** ONNX Runtime on one device, whichever package it is. */
export interface Ort {
  tensor(values: Numbers, shape: readonly number[]): OrtTensor;
  /** @param resident outputs that stay on the device between steps, where the device has memory of its own */
  session(model: Uint8Array, resident: readonly string[]): Promise<OrtSession>;
  /** Settles when the device goes away. */
  readonly lost: Promise<string>;
}

/** A model's input: numbers as the element type wants them; those that have it already are not copied. */
export function tensorFor(ort: Ort, { name, dtype, shape }: TensorSpec, values: number | ArrayLike<number>): OrtTensor {
  const list = typeof values === "number" ? [values] : values;
  switch (dtype) {
    case "float32":
      return ort.tensor(list instanceof Float32Array ? list : Float32Array.from(list), shape);
    case "float64":
      return ort.tensor(list instanceof Float64Array ? list : Float64Array.from(list), shape);
    case "int32":
      return ort.tensor(list instanceof Int32Array ? list : Int32Array.from(list), shape);
    case "bool":
      throw new Error(`${name}: got a bool, want a model that is fed numbers`);
  }
}

/** A tensor's values on the host. */
export const numbersOf = async (tensor: OrtTensor): Promise<Numbers> => (await tensor.getData()) as Numbers;

export const scalarOf = async (tensor: OrtTensor): Promise<number> => (await numbersOf(tensor))[0]!;

export function disposeAll(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
