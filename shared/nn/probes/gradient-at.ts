import { compile } from "../../graph/compile.ts";
import type { Target } from "../../graph/emit.ts";
import type { Model } from "../../graph/model.ts";
import { add } from "../../graph/ops/add.ts";
import { constant } from "../../graph/ops/constant.ts";
import { input } from "../../graph/ops/input.ts";
import { multiply } from "../../graph/ops/multiply.ts";
import { subtract } from "../../graph/ops/subtract.ts";
import type { Value } from "../../graph/value.ts";
import { gradient } from "../../graph/vjp.ts";
import { declare, inTraining, type Network, parameterVector, type ProgramSpec, scalar } from "../network.ts";
import { layerOf } from "../parameters.ts";
import { flatten } from "../sgd.ts";
import { dots, spread } from "./per-parameter.ts";

/**
 * The gradient away from where training stands, on the same batch, in training mode. It returns no state, so nothing of the run can change.
 * Outputs: `loss` [], `gradient` [P] there, and for each of the K parameters its part of `squares` |g|^2, `dots` <g, reference> and
 * `differenceSquares` |g - reference|^2, so that norms over all variables and sums over variables both follow; `parameterSquares` |w|^2
 * there, from which the penalty of weight decay follows.
 */
function outputs(network: Network, at: Value): Record<string, Value> {
  const { output, parameters } = inTraining(network, at);
  const { loss } = network.task.train(output);
  const there = flatten(gradient(loss, parameters.flat));
  const reference = parameterVector(network, "reference");
  const difference = subtract(there, reference);
  return {
    loss,
    gradient: there,
    parameterSquares: dots(network.parameters, at, at),
    squares: dots(network.parameters, there, there),
    dots: dots(network.parameters, there, reference),
    differenceSquares: dots(network.parameters, difference, difference),
  };
}

/**
 * Along a direction (section 3.2: loss landscape, gradient predictiveness, effective beta): at `parameters` - `stepSize` `direction`.
 * Inputs: `parameters`, `direction`, `reference` [P], `stepSize` [], and the batch. A grid is this model run once for each step size.
 */
export function compileGradientAlong(spec: ProgramSpec, target: Target): Model {
  const network = declare(spec);
  const move = multiply(parameterVector(network, "direction"), scalar("stepSize", network.task.dtype));
  return compile("gradient-along", outputs(network, subtract(parameterVector(network), move)), target);
}

/**
 * Between two points (Definition 2.1, internal covariate shift): each parameter taken from `parameters` where `choose` [K] is 0 and from
 * `next` where it is 1, exactly. G' of layer i chooses the preceding layers' parameters; `reference` is G.
 */
export function compileGradientBetween(spec: ProgramSpec, target: Target): Model {
  const network = declare(spec);
  const choose = spread(network.parameters, input("choose", network.task.dtype, [network.parameters.length]));
  const kept = subtract(constant(1, network.task.dtype), choose);
  const at = add(multiply(kept, parameterVector(network)), multiply(choose, parameterVector(network, "next")));
  return compile("gradient-between", outputs(network, at), target);
}

/** For each parameter, 1 if it belongs to a layer before the one named ("conv5"), else 0. */
export function precedingLayers(spec: ProgramSpec, layer: string): Float32Array {
  const { parameters, layers } = declare(spec);
  const position = layers.indexOf(layer);
  if (position < 0) throw new Error(`layer: got ${layer}, want one of ${layers.join(", ")}`);
  const before = new Set(layers.slice(0, position));
  return Float32Array.from(parameters, ({ name }) => (before.has(layerOf(name)) ? 1 : 0));
}
