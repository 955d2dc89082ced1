import { add } from "../../graph/ops/add.ts";
import { constant } from "../../graph/ops/constant.ts";
import { divide } from "../../graph/ops/divide.ts";
import { multiply } from "../../graph/ops/multiply.ts";
import { reduceSum } from "../../graph/ops/reduce-sum.ts";
import { sqrt } from "../../graph/ops/sqrt.ts";
import { subtract } from "../../graph/ops/subtract.ts";
import { type Value, within } from "../../graph/value.ts";
import { withVjp } from "../../graph/with-vjp.ts";
import type { Build } from "../build.ts";
import { affineByChannel, gammaBeta } from "./affine.ts";
import { channelAxes, channelShape, EPSILON, type Normalizer, share, unchanged } from "./normalization.ts";

/**
 * BatchNorm: each channel of [n, c, ...], over the batch and all pixels, is shifted and scaled to mean 0 and (biased) variance 1,
 * then to mean beta and deviation gamma, both trained. z = gamma (x - mu) / sqrt(var + eps) + beta.
 */
export const batch: Normalizer = {
  ...unchanged,
  takesBiasAway: true,
  activations: (build, x) =>
    within("norm", () => {
      const { gamma, beta } = gammaBeta(build, x);
      return build.statistics.training ? trained(build, x, gamma, beta) : tested(build, x, gamma, beta);
    }),
};

function trained(build: Build, x: Value, gamma: Value, beta: Value): Value {
  const axes = channelAxes(x);
  const perElement = constant(share(x, channelShape(x)), x.dtype);

  const mean = multiply(reduceSum(x, axes), perElement);
  const centred = subtract(x, mean);
  const variance = multiply(reduceSum(multiply(centred, centred), axes), perElement);
  build.statistics.record(mean, variance);

  const deviation = sqrt(add(variance, constant(EPSILON, x.dtype)));
  const scale = divide(constant(1, x.dtype), deviation);
  const slope = multiply(gamma, scale);
  // yhat = centred scale is never written to memory: z and dL/dx = slope (dz - mean(dz) - yhat mean(dz yhat)) are affine in `centred`.
  const z = withVjp(affineByChannel(centred, slope, beta), [x, gamma, beta], (dz) => {
    const dbeta = reduceSum(dz, axes);
    const dgamma = multiply(reduceSum(multiply(dz, centred), axes), scale);
    const meanPart = multiply(dbeta, perElement);
    const yhatPart = multiply(multiply(dgamma, perElement), scale);
    return [multiply(subtract(dz, affineByChannel(centred, yhatPart, meanPart)), slope), dgamma, dbeta];
  });
  build.observeBatchNorm?.({ y: x, yhat: multiply(centred, scale), z, gamma, deviation });
  return z;
}

function tested({ statistics }: Build, x: Value, gamma: Value, beta: Value): Value {
  const { first: mean, second: variance } = statistics.running(channelShape(x));
  const slope = divide(gamma, sqrt(add(variance, constant(EPSILON, x.dtype))));
  return affineByChannel(x, slope, subtract(beta, multiply(mean, slope)));
}
