import { compile } from "../../graph/compile.ts";
import type { Target } from "../../graph/emit.ts";
import type { Model } from "../../graph/model.ts";
import { constant } from "../../graph/ops/constant.ts";
import { multiply } from "../../graph/ops/multiply.ts";
import { reduceSum } from "../../graph/ops/reduce-sum.ts";
import { reshape } from "../../graph/ops/reshape.ts";
import { slice } from "../../graph/ops/slice.ts";
import { subtract } from "../../graph/ops/subtract.ts";
import { transpose } from "../../graph/ops/transpose.ts";
import { elements, type Value } from "../../graph/value.ts";
import { declare, inTraining, parameterVector, type ProgramSpec } from "../network.ts";
import { channelAxes, channelShape, share } from "../normalization/normalization.ts";

/**
 * What the paper histograms: each chosen layer's values before the non-linearity, in training mode. Inputs: parameters, the batch (and
 * `noiseKey`). Outputs for layer k of `layers` (1-based, as in "layer #13"): `mean<k>`, `variance<k>` [c] of every channel, and
 * `sample<k>`: all values of one channel over batch and pixels.
 */
export function compileActivations(spec: ProgramSpec, layers: readonly number[], channel: number, target: Target): Model {
  const observed: Value[] = [];
  const network = declare(spec);
  inTraining(network, parameterVector(network), { observe: (value) => void observed.push(value) });
  const outputs = layers.map((layer) => {
    const value = observed[layer - 1];
    if (value === undefined) throw new RangeError(`layer: got ${layer}, want 1 to ${observed.length}`);
    return Object.entries(moments(value, channel)).map(([name, result]) => [`${name}${layer}`, result] as const);
  });
  return compile("activations", Object.fromEntries(outputs.flat()), target);
}

function moments(x: Value, channel: number): Record<string, Value> {
  const channels = x.shape[1]!;
  const average = (y: Value) => multiply(reduceSum(y, channelAxes(x)), constant(share(x, channelShape(x)), x.dtype));
  const mean = average(x);
  const centred = subtract(x, mean);
  const perChannel = elements(x.shape) / channels;
  const byChannel = reshape(transpose(x, [1, 0, ...channelAxes(x).slice(1)]), [elements(x.shape)]);
  const from = (channel % channels) * perChannel;
  return {
    mean: reshape(mean, [channels]),
    variance: reshape(average(multiply(centred, centred)), [channels]),
    sample: slice(byChannel, from, from + perChannel),
  };
}
