import { add, divide, type Dual, multiply, scalar, sqrt, subtract, sum } from "./dual.ts";

/** BatchNorm's constants for one unit. */
export interface Affine {
  readonly gamma: number;
  readonly beta: number;
  readonly epsilon: number;
}

export interface Normalized {
  readonly mean: Dual;
  /** sqrt(variance + epsilon) */
  readonly deviation: Dual;
  readonly yhat: Dual;
  readonly z: Dual;
  /** dL/dy, given dL/dz. */
  readonly backward: (dz: Dual) => Dual;
}

/**
 * BatchNorm of one unit's values over the batch, and its derivative step by step: through the division, the root, the variance and the mean,
 * each by its own chain rule. The theorems' closed forms appear nowhere here, so they can be checked against it.
 */
export function batchNorm(y: Dual, { gamma, beta, epsilon }: Affine): Normalized {
  const m = scalar(y.value.length);
  const two = scalar(2);
  const mean = divide(sum(y), m);
  const centred = subtract(y, mean);
  const variance = divide(sum(multiply(centred, centred)), m);
  const deviation = sqrt(add(variance, scalar(epsilon)));
  const yhat = divide(centred, deviation);
  const z = add(multiply(scalar(gamma), yhat), scalar(beta));
  const backward = (dz: Dual): Dual => {
    const dYhat = multiply(scalar(gamma), dz);
    const dDeviation = divide(sum(multiply(dYhat, centred)), multiply(scalar(-1), multiply(deviation, deviation)));
    const dVariance = divide(dDeviation, multiply(two, deviation));
    const dCentred = add(divide(dYhat, deviation), multiply(dVariance, divide(multiply(two, centred), m)));
    const dMean = multiply(scalar(-1), sum(dCentred));
    return add(dCentred, divide(dMean, m));
  };
  return { mean, deviation, yhat, z, backward };
}
