import type { Model, TensorSpec } from "../graph/model.ts";
import type { TrainingSpec } from "../protocol/training-spec.ts";
import type { State } from "./checkpoint.ts";

/** Which formulations of the ops a model uses: `cpu` is fast on the native CPU and WASM providers, `webgpu` on GPUs. */
export type Target = "cpu" | "webgpu";

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

export function compileTraining(_spec: ProgramSpec, _target: Target): TrainingProgram {
  throw new Error("being written");
}

/** Names, types and shapes of a run's state, without compiling anything. */
export function stateLayout(_spec: ProgramSpec): TensorSpec[] {
  throw new Error("being written");
}

/** Glorot-uniform weights, zero biases and beta, unit gamma; running mean 0 and variance 1: all from the seed. */
export function initialState(_spec: TrainingSpec): State {
  throw new Error("being written");
}
