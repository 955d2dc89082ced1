import type { State } from "../nn/checkpoint.ts";
import type { ProbeModels } from "../nn/probes/probe-models.ts";
import type { TrainingProgram } from "../nn/training.ts";
import type { Probes } from "../protocol/probes.ts";
import { type Exclusive, oneAtATime } from "./one-at-a-time.ts";
import { disposeAll, numbersOf, type Ort, type OrtSession, type OrtTensor, scalarOf, tensorFor } from "./ort.ts";
import type { Feeds, Measured, StepSettings, Trainer } from "./ports.ts";
import { Prober } from "./probes/prober.ts";

export type { Ort } from "./ort.ts";

/** Trains with a compiled program: the state goes from a step's outputs to the next step's inputs without touching the host. */
export async function openTrainer(
  ort: Ort,
  program: TrainingProgram,
  measuring?: { readonly probes: Probes; readonly models: ProbeModels },
): Promise<Trainer> {
  const exclusive = oneAtATime(ort.lost);
  const names = program.state.map(({ name }) => name);
  const nextNames = names.map((name) => `${name}Next`);
  const measures = program.train.outputs.map(({ name }) => name).filter((name) => !nextNames.includes(name));
  const train = await exclusive(() => ort.session(program.train.bytes, [...nextNames, ...measures]));
  const prober = measuring && new Prober(ort, exclusive, measuring.models, measuring.probes);
  let test: Promise<OrtSession> | null = null;
  let predicting: { readonly sha256: string; readonly session: Promise<OrtSession> } | null = null;
  let state: Record<string, OrtTensor> = {};

  /** What a model is fed besides the state. */
  const tensors = (feeds: Readonly<Record<string, number | ArrayLike<number>>>): Record<string, OrtTensor> =>
    Object.fromEntries(
      [...program.train.inputs].flatMap((input) => {
        const values = feeds[input.name];
        return values === undefined ? [] : [[input.name, tensorFor(ort, input, values)]];
      }),
    );
  const scalars = ({ learningRate, weightDecay, noiseKey }: StepSettings) =>
    tensors({ learningRate, weightDecay, ...(noiseKey && { noiseKey }) });

  const released = async (session: Promise<OrtSession> | null): Promise<void> => {
    const open = await session?.catch(() => null);
    await exclusive(async () => open?.release()).catch(() => undefined);
  };

  return {
    load(values: State) {
      prober?.drop();
      disposeAll(state);
      state = Object.fromEntries(program.state.map(({ name, shape }) => [name, ort.tensor(values[name]!, shape)]));
    },

    step: (batch, settings) =>
      exclusive(async () => {
        const own = { ...tensors(batch), ...scalars(settings) };
        const outputs = await train.run({ ...state, ...own }, [...nextNames, ...measures]);
        disposeAll(own);
        for (const tensor of Object.values(state)) if (!prober?.keep(tensor)) tensor.dispose();
        state = Object.fromEntries(names.map((name) => [name, outputs[`${name}Next`]!]));
        return measured(outputs["loss"]!, outputs["accuracy"] ?? null, exclusive);
      }),

    evaluate: async (batch) => {
      test ??= exclusive(() => ort.session(program.evaluate.bytes, []));
      const session = await test;
      return exclusive(async () => {
        const own = tensors(batch);
        const wanted = program.evaluate.outputs.map(({ name }) => name);
        const inputs = new Set(program.evaluate.inputs.map(({ name }) => name));
        const fed = Object.fromEntries(Object.entries({ ...state, ...own }).filter(([name]) => inputs.has(name)));
        const outputs = await session.run(fed, wanted);
        disposeAll(own);
        const lossSum = await scalarOf(outputs["lossSum"]!);
        const correct = outputs["correct"] ? await scalarOf(outputs["correct"]) : 0;
        disposeAll(outputs);
        return { lossSum, correct };
      });
    },

    predict: async (model, batch) => {
      if (predicting?.sha256 !== model.sha256) {
        const before = predicting;
        predicting = { sha256: model.sha256, session: exclusive(() => ort.session(model.bytes, [])) };
        await released(before?.session ?? null);
      }
      const session = await predicting.session;
      return exclusive(async () => {
        const own: Record<string, OrtTensor> = {};
        const fed: Record<string, OrtTensor> = {};
        for (const wanted of model.inputs) {
          const values = batch[wanted.name];
          if (values) fed[wanted.name] = own[wanted.name] = tensorFor(ort, wanted, values);
          else fed[wanted.name] = state[wanted.name]!;
        }
        const { logits } = await session.run(fed, ["logits"]);
        disposeAll(own);
        const values = ((await numbersOf(logits!)) as Float32Array).slice();
        logits!.dispose();
        return values;
      });
    },

    probeBefore: async (batch, due, settings, between) => {
      if (!prober) throw new Error("probe: got none, want a trainer that was opened with the spec's probes");
      await prober.before(state["parameters"]!, tensors(copied(batch)), due, settings, between);
    },

    probeAfter: async (next, nextKey) => {
      if (!prober) throw new Error("probe: got none, want a trainer that was opened with the spec's probes");
      return prober.after(state["parameters"]!, tensors(next), nextKey);
    },

    state: () =>
      exclusive(async () => {
        const host: Record<string, Float32Array | Float64Array> = {};
        for (const { name, shape } of program.state) {
          const values = (await numbersOf(state[name]!)) as Float32Array | Float64Array;
          host[name] = values.slice();
          // A GPU tensor that was read lives on the host from then on: a fresh one feeds the next step.
          const fresh = ort.tensor(values, shape);
          prober?.moved(state[name]!, fresh);
          state[name]!.dispose();
          state[name] = fresh;
        }
        return host;
      }),

    close: async () => {
      await prober?.close();
      disposeAll(state);
      state = {};
      for (const session of [Promise.resolve(train), test, predicting?.session ?? null]) await released(session);
    },
  };
}

/** A batch's buffers are filled again for the next one; a measurement needs this one until after the step. */
const copied = (feeds: Feeds): Feeds => Object.fromEntries(Object.entries(feeds).map(([name, values]) => [name, values.slice()]));

function measured(loss: OrtTensor, accuracy: OrtTensor | null, exclusive: Exclusive): Measured {
  const dispose = () => disposeAll({ loss, ...(accuracy && { accuracy }) });
  return {
    dispose,
    read: () =>
      exclusive(async () => {
        const values = { loss: await scalarOf(loss), accuracy: accuracy && (await scalarOf(accuracy)) };
        dispose();
        return values;
      }),
  };
}
