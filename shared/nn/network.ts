import type { DType, TensorSpec } from "../graph/model.ts";
import { input } from "../graph/ops/input.ts";
import type { Value } from "../graph/value.ts";
import type { Build } from "./build.ts";
import { forward, type NetworkSpec } from "./networks/index.ts";
import { Noise } from "./noise.ts";
import { isNoisy, type Normalization } from "./normalization/index.ts";
import { declaredParameters, isDecayed, layerOf, type Parameter, parameterCount, slicedParameters } from "./parameters.ts";
import { BatchStatistics, RunningStatistics } from "./statistics.ts";
import { type Task, taskOf } from "./task.ts";

/** What the compiled models depend on: the learning rate and the like are inputs. */
export interface ProgramSpec {
  readonly network: NetworkSpec;
  readonly normalization: Normalization;
  readonly batchSize: number;
  /** Normalize before the activation (default, the paper's choice) or after it. */
  readonly placement?: "before" | "after";
  /** SGD with momentum keeps a velocity; its factor is an input. Default: without. */
  readonly momentum?: boolean;
}

/** A network as declared: its parameters and statistics, learned by building it once. */
export interface Network {
  readonly spec: ProgramSpec;
  readonly task: Task;
  readonly parameters: readonly Parameter[];
  /** Paths of its layers, from the input to the output: "conv1", ..., "logits". */
  readonly layers: readonly string[];
  /** Lengths of the running statistics of each normalized layer, two for each. */
  readonly statistics: readonly number[];
}

export function declare(spec: ProgramSpec): Network {
  const task = taskOf(spec.network, spec.batchSize);
  const statistics = new BatchStatistics();
  const parameters = declaredParameters(task.dtype, (parameters) =>
    forward(spec.network, { ...context(spec), parameters, statistics }, task.inputs),
  );
  // Every layer has one weight, and weights stand in the order of the layers.
  const layers = parameters.filter(isDecayed).map(({ name }) => layerOf(name));
  return { spec, task, parameters, layers, statistics: statistics.lengths };
}

/** What a run keeps between steps: `parameters` [P]; with batch statistics `statistics` [S]; with momentum `velocity` [P]. */
export function stateOf({ spec, task: { dtype }, parameters, statistics }: Network): TensorSpec[] {
  const count = parameterCount(parameters);
  return [
    { name: "parameters", dtype, shape: [count] },
    ...(statistics.length > 0 ? [{ name: "statistics", dtype, shape: [sum(statistics)] }] : []),
    ...(spec.momentum ? [{ name: "velocity", dtype, shape: [count] }] : []),
  ];
}

/** The network in training mode on the given parameters: its output, the batch's statistics, and its parameters as values. */
export function inTraining(network: Network, vector: Value, observers: Pick<Build, "observe" | "observeBatchNorm"> = {}) {
  const parameters = slicedParameters(network.parameters, vector);
  const statistics = new BatchStatistics();
  const noise = isNoisy(network.spec.normalization) ? new Noise(input("noiseKey", "int32", [2])) : undefined;
  const build: Build = { ...context(network.spec), parameters, statistics, noise, ...observers };
  return { output: forward(network.spec.network, build, network.task.inputs), statistics, parameters };
}

/** The network in testing mode: running statistics, no noise. */
export function inTesting(network: Network): Value {
  const { dtype } = network.task;
  const parameters = slicedParameters(network.parameters, parameterVector(network));
  const length = sum(network.statistics);
  const statistics = new RunningStatistics(length === 0 ? undefined : input("statistics", dtype, [length]));
  return forward(network.spec.network, { ...context(network.spec), parameters, statistics }, network.task.inputs);
}

/** The flat parameters as an input of the model. */
export const parameterVector = ({ task, parameters }: Network, name = "parameters"): Value =>
  input(name, task.dtype, [parameterCount(parameters)]);

/** A scalar input. */
export const scalar = (name: string, dtype: DType): Value => input(name, dtype, []);

const context = ({ normalization, placement = "before" }: ProgramSpec) => ({ normalization, placement });

export const sum = (lengths: readonly number[]): number => lengths.reduce((total, length) => total + length, 0);
