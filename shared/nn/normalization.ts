import { add } from "../graph/ops/add.ts";
import { constant } from "../graph/ops/constant.ts";
import { divide } from "../graph/ops/divide.ts";
import { multiply } from "../graph/ops/multiply.ts";
import { reduceSum } from "../graph/ops/reduce-sum.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { sqrt } from "../graph/ops/sqrt.ts";
import { subtract } from "../graph/ops/subtract.ts";
import { elements, type Value, within } from "../graph/value.ts";
import { withVjp } from "../graph/with-vjp.ts";
import type { Parameters } from "./parameters.ts";
import type { Statistics } from "./statistics.ts";

/** Added to the variance under the root (Ioffe & Szegedy's epsilon; 1e-5 as in PyTorch). */
export const EPSILON = 1e-5;

/** What stands between a layer and its non-linearity: the paper's independent variable. */
export type Normalize = (parameters: Parameters, statistics: Statistics, x: Value) => Value;

/** The standard network: nothing. */
export const none: Normalize = (_parameters, _statistics, x) => x;

/**
 * BatchNorm: each channel of [n, c, h, w], over the batch and all pixels, is shifted and scaled to mean 0 and (biased) variance 1,
 * then to mean beta and deviation gamma, both trained. z = gamma (x - mu) / sqrt(var + eps) + beta.
 */
export const batch: Normalize = (parameters, statistics, x) =>
  within("norm", () => {
    const channels = x.shape[1]!;
    const gamma = reshape(parameters.get("gamma", [channels]), [1, channels, 1, 1]);
    const beta = reshape(parameters.get("beta", [channels]), [1, channels, 1, 1]);
    return statistics.training ? trained(statistics, x, gamma, beta) : tested(statistics, x, gamma, beta);
  });

function trained(statistics: Statistics, x: Value, gamma: Value, beta: Value): Value {
  const axes = [0, 2, 3];
  const perElement = constant(x.shape[1]! / elements(x.shape), x.dtype); // 1 / m
  const average = (y: Value) => multiply(reduceSum(y, axes), perElement);

  const mean = average(x);
  const centred = subtract(x, mean);
  const variance = average(multiply(centred, centred));
  statistics.record(mean, variance);

  const scale = divide(constant(1, x.dtype), sqrt(add(variance, constant(EPSILON, x.dtype))));
  const normalized = multiply(centred, scale);
  // dL/dx = gamma scale (dz - mean(dz) - normalized mean(dz normalized)): five passes instead of the tape's dozen.
  return withVjp(add(multiply(normalized, gamma), beta), [x, gamma, beta], (dz) => {
    const dbeta = reduceSum(dz, axes);
    const dgamma = reduceSum(multiply(dz, normalized), axes);
    const centredDz = subtract(subtract(dz, multiply(dbeta, perElement)), multiply(normalized, multiply(dgamma, perElement)));
    return [multiply(centredDz, multiply(gamma, scale)), dgamma, dbeta];
  });
}

function tested(statistics: Statistics, x: Value, gamma: Value, beta: Value): Value {
  const { mean, variance } = statistics.running(x.shape[1]!);
  const slope = divide(gamma, sqrt(add(variance, constant(EPSILON, x.dtype))));
  return add(multiply(x, slope), subtract(beta, multiply(mean, slope)));
}
