import { add } from "../graph/ops/add.ts";
import { concat } from "../graph/ops/concat.ts";
import { multiply } from "../graph/ops/multiply.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { slice } from "../graph/ops/slice.ts";
import { subtract } from "../graph/ops/subtract.ts";
import { elements, type Value, within } from "../graph/value.ts";
import { isDecayed, type Parameter, parameterCount } from "./parameters.ts";

/** Scalars of the update; with momentum also the velocity so far. */
interface Settings {
  readonly learningRate: Value;
  readonly weightDecay: Value;
  readonly momentum?: Value;
  readonly velocity?: Value;
}

/**
 * Stochastic gradient descent on the flat vector. The direction is g + wd w for decayed parameters and g for the others; with
 * momentum, v = mu v + direction replaces it (as in PyTorch). Then w - lr direction.
 * @param gradients of each parameter, in the vector's order
 */
export function sgd(
  list: readonly Parameter[],
  vector: Value,
  gradients: readonly Value[],
  { learningRate, weightDecay, momentum, velocity }: Settings,
): { vector: Value; velocity?: Value } {
  return within("sgd", () => {
    const penalized = addPenalty(list, vector, flatten(gradients), weightDecay);
    if (momentum === undefined || velocity === undefined) return { vector: subtract(vector, multiply(penalized, learningRate)) };
    const next = add(multiply(velocity, momentum), penalized);
    return { vector: subtract(vector, multiply(next, learningRate)), velocity: next };
  });
}

/** Gradients of the parameters as one vector. */
export const flatten = (gradients: readonly Value[]): Value =>
  concat(gradients.map((gradient) => reshape(gradient, [elements(gradient.shape)])));

function addPenalty(list: readonly Parameter[], vector: Value, flat: Value, weightDecay: Value): Value {
  const decayed = parameterCount(list.filter(isDecayed));
  const count = parameterCount(list);
  const penalty = multiply(slice(vector, 0, decayed), weightDecay);
  const weights = add(slice(flat, 0, decayed), penalty);
  return decayed === count ? weights : concat([weights, slice(flat, decayed, count)]);
}
