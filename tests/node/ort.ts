import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Model } from "../../shared/graph/model.ts";

/** Runs a compiled model once on ONNX Runtime's CPU provider, on one thread: the files beside this one have the others. */
export async function runOnCpu(
  model: Model,
  feeds: Readonly<Record<string, ArrayLike<number>>>,
): Promise<Record<string, Float64Array>> {
  const session = await InferenceSession.create(model.bytes, { intraOpNumThreads: 1 });
  try {
    const tensors = Object.fromEntries(
      model.inputs.map(({ name, dtype, shape }) => {
        const numbers = feeds[name];
        if (numbers === undefined) throw new Error(`${name}: got no feed`);
        return [name, tensor(dtype, numbers, shape)];
      }),
    );
    const results = await session.run(tensors);
    return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Float64Array.from(data as Float32Array)]));
  } finally {
    await session.release();
  }
}

function tensor(dtype: string, numbers: ArrayLike<number>, shape: readonly number[]): Tensor {
  switch (dtype) {
    case "float32":
      return new Tensor("float32", Float32Array.from(numbers), shape);
    case "float64":
      return new Tensor("float64", Float64Array.from(numbers), shape);
    case "int32":
      return new Tensor("int32", Int32Array.from(numbers), shape);
    default:
      throw new Error(`got ${dtype}, want float32, float64 or int32`);
  }
}
