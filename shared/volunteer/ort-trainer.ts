import type { State } from "../nn/checkpoint.ts";
import type { TrainingProgram } from "../nn/training.ts";
import { type Exclusive, oneAtATime } from "./one-at-a-time.ts";
import type { Batch, Measured, Trainer } from "./ports.ts";

/** As much of an ONNX Runtime tensor as training needs; onnxruntime-web's and onnxruntime-node's both fit. */
export interface OrtTensor {
  /** Downloads the values where they are on a GPU. */
  getData(): Promise<unknown>;
  dispose(): void;
}

export interface OrtSession {
  run(feeds: Record<string, OrtTensor>, fetches: readonly string[]): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}

/** ONNX Runtime on one device, whichever package it is. */
export interface Ort {
  tensor(values: Float32Array | Float64Array | Int32Array, shape: readonly number[]): OrtTensor;
  /** @param resident outputs that stay on the device between steps, where the device has memory of its own */
  session(model: Uint8Array, resident: readonly string[]): Promise<OrtSession>;
  /** Settles when the device goes away. */
  readonly lost: Promise<string>;
}

/** Trains with a compiled program: the state goes from a step's outputs to the next step's inputs without touching the host. */
export async function openTrainer(ort: Ort, program: TrainingProgram): Promise<Trainer> {
  const exclusive = oneAtATime(ort.lost);
  const names = program.state.map(({ name }) => name);
  const nextNames = names.map((name) => `${name}Next`);
  const measures = ["loss", "accuracy"];
  const train = await exclusive(() => ort.session(program.train.bytes, [...nextNames, ...measures]));
  const test = await exclusive(() => ort.session(program.evaluate.bytes, []));
  let state: Record<string, OrtTensor> = {};

  const batchFeeds = ({ images, labels }: Batch): Record<string, OrtTensor> => ({
    images: ort.tensor(images, [labels.length, 3, 32, 32]),
    labels: ort.tensor(labels, [labels.length]),
  });

  return {
    load(values: State) {
      disposeAll(state);
      state = Object.fromEntries(program.state.map(({ name, shape }) => [name, ort.tensor(values[name]!, shape)]));
    },

    step: (batch, { learningRate, weightDecay, noiseKey }) =>
      exclusive(async () => {
        const fed = {
          ...batchFeeds(batch),
          learningRate: ort.tensor(Float32Array.of(learningRate), []),
          weightDecay: ort.tensor(Float32Array.of(weightDecay), []),
          ...(noiseKey && { noiseKey: ort.tensor(noiseKey, [2]) }),
        };
        const outputs = await train.run({ ...state, ...fed }, [...nextNames, ...measures]);
        disposeAll(fed);
        disposeAll(state);
        state = Object.fromEntries(names.map((name) => [name, outputs[`${name}Next`]!]));
        return measured(outputs["loss"]!, outputs["accuracy"]!, exclusive);
      }),

    evaluate: (batch) =>
      exclusive(async () => {
        const fed = batchFeeds(batch);
        const outputs = await test.run({ ...state, ...fed }, ["lossSum", "correct"]);
        disposeAll(fed);
        const [lossSum, correct] = [await scalar(outputs["lossSum"]!), await scalar(outputs["correct"]!)];
        disposeAll(outputs);
        return { lossSum, correct };
      }),

    state: () =>
      exclusive(async () => {
        const host: Record<string, Float32Array | Float64Array> = {};
        for (const { name, shape } of program.state) {
          const values = (await state[name]!.getData()) as Float32Array | Float64Array;
          host[name] = values.slice();
          // A GPU tensor that was read lives on the host from then on: a fresh one feeds the next step.
          state[name]!.dispose();
          state[name] = ort.tensor(values, shape);
        }
        return host;
      }),

    close: async () => {
      disposeAll(state);
      state = {};
      await exclusive(() => Promise.all([train.release(), test.release()]).then(() => undefined)).catch(() => undefined);
    },
  };
}

function measured(loss: OrtTensor, accuracy: OrtTensor, exclusive: Exclusive): Measured {
  const dispose = () => disposeAll({ loss, accuracy });
  return {
    dispose,
    read: () =>
      exclusive(async () => {
        const values = { loss: await scalar(loss), accuracy: await scalar(accuracy) };
        dispose();
        return values;
      }),
  };
}

const scalar = async (tensor: OrtTensor): Promise<number> => ((await tensor.getData()) as Float32Array)[0]!;

function disposeAll(tensors: Readonly<Record<string, OrtTensor>>): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
