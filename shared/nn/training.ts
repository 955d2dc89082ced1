import { compile } from "../graph/compile.ts";
import type { Target } from "../graph/emit.ts";
import type { Model, TensorSpec } from "../graph/model.ts";
import { constant } from "../graph/ops/constant.ts";
import { input } from "../graph/ops/input.ts";
import { multiply } from "../graph/ops/multiply.ts";
import type { Value } from "../graph/value.ts";
import { gradient } from "../graph/vjp.ts";
import type { TrainingSpec } from "../protocol/training-spec.ts";
import type { State } from "./checkpoint.ts";
import { classification } from "./classification.ts";
import { initialParameters } from "./initial.ts";
import * as normalization from "./normalization.ts";
import { declaredParameters, type Parameter, parameterCount, type Parameters, slicedParameters } from "./parameters.ts";
import { sgd } from "./sgd.ts";
import { BatchStatistics, initialStatistics, RunningStatistics, type Statistics } from "./statistics.ts";
import { vgg } from "./vgg.ts";

export type { Target } from "../graph/emit.ts";

/** What the compiled models depend on: the learning rate and the like are inputs. */
export type ProgramSpec = Pick<TrainingSpec, "network" | "normalization" | "batchSize">;

/** The ONNX models that train and test one network. */
export interface TrainingProgram {
  /**
   * One step. Inputs: every state tensor, `images` [batch,3,32,32] float32 (normalized), `labels` [batch] int32,
   * `learningRate` [] and `weightDecay` [] float32. Outputs: `<state>Next` for every state tensor, `loss` [] (cross-entropy) and
   * `accuracy` [] of this batch before the update.
   */
  readonly train: Model;
  /** The test set, batch by batch: inputs: the state, `images`, `labels` (-1 marks padding). Outputs: `lossSum` [] and `correct` []. */
  readonly evaluate: Model;
  /** `parameters` [P]; with BatchNorm also `statistics` [S], the running means and variances. */
  readonly state: readonly TensorSpec[];
}

/** Compiles forward, backward and update of a network into one ONNX model, and its test pass into another. */
export function compileTraining(spec: ProgramSpec, target: Target): TrainingProgram {
  const network = declare(spec);
  const train = compile("train", trainStep(spec, network), target);
  const evaluate = compile("evaluate", testPass(spec, network), target);
  return { train, evaluate, state: network.state };
}

/** Names, types and shapes of a run's state, without compiling anything. */
export const stateLayout = (spec: ProgramSpec): TensorSpec[] => declare(spec).state;

/** Glorot-uniform weights, zero biases and beta, unit gamma; running mean 0 and variance 1: all from the seed. */
export function initialState(spec: ProgramSpec & Pick<TrainingSpec, "seed">): State {
  const { parameters, statisticsLengths } = declare(spec);
  const flat = initialParameters(parameters, spec.seed);
  return statisticsLengths.length === 0
    ? { parameters: flat }
    : { parameters: flat, statistics: initialStatistics(statisticsLengths) };
}

/** One training step as values, by output name; also what the tests differentiate numerically. */
export function trainStep(spec: ProgramSpec, network = declare(spec)): Record<string, Value> {
  const { images, labels } = batchInputs(spec);
  const vector = input("parameters", "float32", [parameterCount(network.parameters)]);
  const parameters = slicedParameters(network.parameters, vector);
  const statistics = new BatchStatistics();

  const { lossSum, correct } = classification(forward(spec, parameters, statistics, images), labels);
  const perRow = constant(1 / spec.batchSize, "float32");
  const loss = multiply(lossSum, perRow);
  const next = sgd(network.parameters, vector, gradient(loss, parameters.flat), {
    learningRate: input("learningRate", "float32", []),
    weightDecay: input("weightDecay", "float32", []),
  });
  return {
    parametersNext: next,
    ...(statistics.lengths.length > 0 && {
      statisticsNext: statistics.next(input("statistics", "float32", [sum(statistics.lengths)])),
    }),
    loss,
    accuracy: multiply(correct, perRow),
  };
}

function testPass(spec: ProgramSpec, network: Network): Record<string, Value> {
  const { images, labels } = batchInputs(spec);
  const parameters = slicedParameters(network.parameters, input("parameters", "float32", [parameterCount(network.parameters)]));
  const length = sum(network.statisticsLengths);
  const statistics = new RunningStatistics(length === 0 ? undefined : input("statistics", "float32", [length]));
  return { ...classification(forward(spec, parameters, statistics, images), labels) };
}

interface Network {
  readonly parameters: readonly Parameter[];
  readonly statisticsLengths: readonly number[];
  readonly state: TensorSpec[];
}

/** What a network keeps between steps, learned by building it once. */
function declare(spec: ProgramSpec): Network {
  const statistics = new BatchStatistics();
  const parameters = declaredParameters("float32", (declaring) => forward(spec, declaring, statistics, batchInputs(spec).images));
  const statisticsLengths = statistics.lengths;
  const state: TensorSpec[] = [{ name: "parameters", dtype: "float32", shape: [parameterCount(parameters)] }];
  if (statisticsLengths.length > 0) state.push({ name: "statistics", dtype: "float32", shape: [sum(statisticsLengths)] });
  return { parameters, statisticsLengths, state };
}

const forward = (spec: ProgramSpec, parameters: Parameters, statistics: Statistics, images: Value): Value =>
  vgg(spec.network, normalization[spec.normalization], parameters, statistics, images);

const batchInputs = ({ batchSize }: ProgramSpec) => ({
  images: input("images", "float32", [batchSize, 3, 32, 32]),
  labels: input("labels", "int32", [batchSize]),
});

const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0);
