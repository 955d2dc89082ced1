import { add } from "../graph/ops/add.ts";
import { concat } from "../graph/ops/concat.ts";
import { multiply } from "../graph/ops/multiply.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { subtract } from "../graph/ops/subtract.ts";
import { elements, type Value, within } from "../graph/value.ts";
import type { SlicedParameters } from "./parameters.ts";

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
  vector: Value,
  { decayed }: SlicedParameters,
  gradients: readonly Value[],
  { learningRate, weightDecay, momentum, velocity }: Settings,
): { vector: Value; velocity?: Value } {
  return within("sgd", () => {
    const penalized = add(flatten(gradients.slice(0, decayed.count)), multiply(decayed.vector, weightDecay));
    const direction = flatten([penalized, ...gradients.slice(decayed.count)]);
    if (momentum === undefined || velocity === undefined) return { vector: subtract(vector, multiply(direction, learningRate)) };
    const next = add(multiply(velocity, momentum), direction);
    return { vector: subtract(vector, multiply(next, learningRate)), velocity: next };
  });
}

/** Gradients of the parameters as one vector. */
export const flatten = (gradients: readonly Value[]): Value =>
  concat(gradients.map((gradient) => reshape(gradient, [elements(gradient.shape)])));
