import { uniform } from "../math/random.ts";
import { elements } from "../graph/value.ts";
import { type Parameter, parameterCount } from "./parameters.ts";

/**
 * Initial parameters, flat: Glorot and Bengio's uniform U(-a, a) with a = sqrt(6 / (fan in + fan out)) for weights (the fans of a
 * convolution include its window), 0 for biases and beta, 1 for gamma. Each parameter has a random stream of its own name.
 */
export function initialParameters(parameters: readonly Parameter[], seed: number): Float32Array {
  const flat = new Float32Array(parameterCount(parameters));
  let from = 0;
  for (const parameter of parameters) {
    const count = elements(parameter.shape);
    flat.set(initialValues(parameter, seed, count), from);
    from += count;
  }
  return flat;
}

function initialValues({ name, role, shape }: Parameter, seed: number, count: number): Float64Array {
  switch (role) {
    case "weight": {
      const bound = Math.sqrt(6 / fans(shape));
      return uniform(seed, `initial ${name}`, 0, count).map((u) => (2 * u - 1) * bound);
    }
    case "gamma":
      return new Float64Array(count).fill(1);
    case "bias":
    case "beta":
      return new Float64Array(count);
  }
}

/** Fan in + fan out: of [in, out] for a linear layer, of [out, in, kh, kw] for a convolution. */
function fans(shape: readonly number[]): number {
  const [a, b, ...window] = shape as [number, number, ...number[]];
  return (a + b) * elements(window);
}
