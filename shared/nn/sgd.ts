import { add } from "../graph/ops/add.ts";
import { concat } from "../graph/ops/concat.ts";
import { multiply } from "../graph/ops/multiply.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { slice } from "../graph/ops/slice.ts";
import { subtract } from "../graph/ops/subtract.ts";
import { elements, type Value, within } from "../graph/value.ts";
import { isDecayed, type Parameter, parameterCount } from "./parameters.ts";

/**
 * Plain stochastic gradient descent on the flat vector: w - lr (g + wd w) for decayed parameters, w - lr g for the others.
 * @param gradients of each parameter, in the vector's order
 */
export function sgd(
  list: readonly Parameter[],
  vector: Value,
  gradients: readonly Value[],
  { learningRate, weightDecay }: { learningRate: Value; weightDecay: Value },
): Value {
  return within("sgd", () => {
    const flat = concat(gradients.map((gradient) => reshape(gradient, [elements(gradient.shape)])));
    const decayed = parameterCount(list.filter(isDecayed));
    const count = parameterCount(list);
    const penalty = multiply(slice(vector, 0, decayed), weightDecay);
    const direction = concat([add(slice(flat, 0, decayed), penalty), slice(flat, decayed, count)]);
    return subtract(vector, multiply(direction, learningRate));
  });
}
