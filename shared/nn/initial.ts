import { uniform } from "../math/random.ts";
import { elements } from "../graph/value.ts";
import { type Parameter, parameterCount } from "./parameters.ts";

/** Bounds of the uniform distribution of weights: Glorot's sqrt(6 / (fan in + fan out)), He's sqrt(6 / fan in). */
export type Initialization = "glorot" | "he";

/**
 * Initial parameters, flat: weights uniform in (-a, a) (the fans of a convolution include its window), 0 for biases and beta, 1 for
 * gamma. Each parameter has a random stream of its own name, so networks that differ in normalization alone start from the same weights.
 */
export function initialParameters(
  parameters: readonly Parameter[],
  seed: number,
  initialization: Initialization = "glorot",
): Float64Array {
  const flat = new Float64Array(parameterCount(parameters));
  let from = 0;
  for (const parameter of parameters) {
    const count = elements(parameter.shape);
    flat.set(initialValues(parameter, seed, count, initialization), from);
    from += count;
  }
  return flat;
}

function initialValues(
  { name, role, shape }: Parameter,
  seed: number,
  count: number,
  initialization: Initialization,
): Float64Array {
  switch (role) {
    case "weight": {
      const { fanIn, fanOut } = fans(shape);
      const bound = Math.sqrt(6 / (initialization === "glorot" ? fanIn + fanOut : fanIn));
      return uniform(seed, `initial ${name}`, 0, count).map((u) => (2 * u - 1) * bound);
    }
    case "gamma":
      return new Float64Array(count).fill(1);
    case "bias":
    case "beta":
      return new Float64Array(count);
  }
}

/** Of a linear layer's [in, out], and of a convolution's [out, in, kh, kw]. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const [a, b, ...window] = shape as [number, number, ...number[]];
  const size = elements(window);
  return window.length === 0 ? { fanIn: a, fanOut: b } : { fanIn: b * size, fanOut: a * size };
}
