import { compile } from "../graph/compile.ts";
import type { Target } from "../graph/emit.ts";
import type { Model, TensorSpec } from "../graph/model.ts";
import { input } from "../graph/ops/input.ts";
import type { Value } from "../graph/value.ts";
import { gradient } from "../graph/vjp.ts";
import type { State } from "./checkpoint.ts";
import { initialParameters, type Initialization } from "./initial.ts";
import {
  declare,
  inTesting,
  inTraining,
  type Network,
  parameterVector,
  type ProgramSpec,
  scalar,
  stateOf,
  sum,
} from "./network.ts";
import { parameterCount } from "./parameters.ts";
import { sgd } from "./sgd.ts";
import { initialStatistics } from "./statistics.ts";

export type { Target } from "../graph/emit.ts";
export type { ProgramSpec } from "./network.ts";

/** The ONNX models that train and test one network. */
export interface TrainingProgram {
  /**
   * One step. Inputs: every state tensor; the batch, `images` [batch,3,32,32] float32 (normalized) and `labels` [batch] int32, or for
   * the deep linear network `inputs` and `targets` [batch,units] float64; `learningRate` [], `weightDecay` [] (and `momentum` [] where
   * the state has a velocity); `noiseKey` [2] int32 where the normalization is noisy. Outputs: `<state>Next` for every state tensor,
   * `loss` [] (without the penalty) and, for classes, `accuracy` [], of this batch before the update.
   */
  readonly train: Model;
  /** The test set, batch by batch: inputs: parameters, statistics, the batch. Outputs: `lossSum` [] and, for classes, `correct` []. */
  readonly evaluate: Model;
  /** `parameters` [P]; with batch statistics `statistics` [S], their running averages; with momentum `velocity` [P]. */
  readonly state: readonly TensorSpec[];
}

/** Compiles forward, backward and update of a network into one ONNX model, and its test pass into another. */
export function compileTraining(spec: ProgramSpec, target: Target): TrainingProgram {
  const network = declare(spec);
  return {
    train: compile("train", trainStep(spec, network), target),
    evaluate: compile("evaluate", network.task.evaluate(inTesting(network)), target),
    state: stateOf(network),
  };
}

/** Names, types and shapes of a run's state, without compiling anything. */
export const stateLayout = (spec: ProgramSpec): TensorSpec[] => stateOf(declare(spec));

/**
 * State before the first step, all from the seed: weights as `initialization` says (default Glorot's uniform), biases and beta 0, gamma 1;
 * running means 0 and variances 1; velocity 0.
 */
export function initialState(spec: ProgramSpec & { readonly seed: number }, initialization?: Initialization): State {
  const { task, parameters, statistics } = declare(spec);
  const stored = (numbers: ArrayLike<number>) =>
    task.dtype === "float64" ? Float64Array.from(numbers) : Float32Array.from(numbers);
  return {
    parameters: stored(initialParameters(parameters, spec.seed, initialization)),
    ...(statistics.length > 0 && { statistics: stored(initialStatistics(statistics)) }),
    ...(spec.momentum && { velocity: stored(new Float64Array(parameterCount(parameters))) }),
  };
}

/** One training step as values, by output name; also what the tests differentiate numerically. */
export function trainStep(spec: ProgramSpec, network: Network = declare(spec)): Record<string, Value> {
  const { dtype } = network.task;
  const vector = parameterVector(network);
  const { output, statistics, parameters } = inTraining(network, vector);
  const { loss, metrics } = network.task.train(output);
  const next = sgd(vector, parameters, gradient(loss, parameters.flat), {
    learningRate: scalar("learningRate", dtype),
    weightDecay: scalar("weightDecay", dtype),
    ...(spec.momentum && { momentum: scalar("momentum", dtype), velocity: parameterVector(network, "velocity") }),
  });
  return {
    parametersNext: next.vector,
    ...(network.statistics.length > 0 && {
      statisticsNext: statistics.next(input("statistics", dtype, [sum(network.statistics)])),
    }),
    ...(next.velocity && { velocityNext: next.velocity }),
    loss,
    ...metrics,
  };
}
