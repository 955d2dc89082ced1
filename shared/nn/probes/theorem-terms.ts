import { compile } from "../../graph/compile.ts";
import type { Target } from "../../graph/emit.ts";
import type { Model } from "../../graph/model.ts";
import { multiply } from "../../graph/ops/multiply.ts";
import { reduceSum } from "../../graph/ops/reduce-sum.ts";
import { reshape } from "../../graph/ops/reshape.ts";
import { elements, type Value } from "../../graph/value.ts";
import { gradient } from "../../graph/vjp.ts";
import type { BatchNormValues } from "../build.ts";
import { declare, inTraining, parameterVector, type ProgramSpec } from "../network.ts";
import { channelAxes } from "../normalization/normalization.ts";

/**
 * The terms of Theorem 4.1 for every unit of every BatchNorm layer during training: ||dL/dy||^2 <= (gamma / sigma)^2 (||g||^2 - <1, g>^2 / m
 * - <g, yhat>^2 / m), where g = dL/dz. Outputs for layer k (1-based), each [c]: `outer<k>` ||g||^2, `sum<k>` <1, g>, `dot<k>` <g, yhat>,
 * `inner<k>` ||dL/dy||^2, `gamma<k>`, `deviation<k>` (sigma).
 */
export function compileTheoremTerms(spec: ProgramSpec, target: Target): Model {
  const units: BatchNormValues[] = [];
  const network = declare(spec);
  const { output } = inTraining(network, parameterVector(network), { observeBatchNorm: (unit) => void units.push(unit) });
  const { loss } = network.task.train(output);
  const cotangents = gradient(
    loss,
    units.flatMap(({ z, y }) => [z, y]),
  );
  const outputs = units.flatMap((unit, i) => {
    const terms = unitTerms(unit, cotangents[2 * i]!, cotangents[2 * i + 1]!);
    return Object.entries(terms).map(([name, value]) => [`${name}${i + 1}`, value] as const);
  });
  if (outputs.length === 0) throw new Error(`theorem terms: got normalization ${spec.normalization}, want one with BatchNorm`);
  return compile("theorem-terms", Object.fromEntries(outputs), target);
}

/** How many values each unit of each BatchNorm layer normalizes over: the batch, times the pixels of a convolution. */
export function valuesPerUnit(spec: ProgramSpec): number[] {
  const counts: number[] = [];
  const network = declare(spec);
  inTraining(network, parameterVector(network), {
    observeBatchNorm: ({ y }) => void counts.push(elements(y.shape) / y.shape[1]!),
  });
  return counts;
}

function unitTerms({ y, yhat, gamma, deviation }: BatchNormValues, dz: Value, dy: Value): Record<string, Value> {
  const perUnit = (x: Value) => reshape(reduceSum(x, channelAxes(y)), [y.shape[1]!]);
  const flat = (x: Value) => reshape(x, [y.shape[1]!]);
  return {
    outer: perUnit(multiply(dz, dz)),
    sum: perUnit(dz),
    dot: perUnit(multiply(dz, yhat)),
    inner: perUnit(multiply(dy, dy)),
    gamma: flat(gamma),
    deviation: flat(deviation),
  };
}
