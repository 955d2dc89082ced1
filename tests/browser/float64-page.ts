import { normal } from "../../shared/math/random.ts";
import type { Normalization } from "../../shared/nn/normalization/index.ts";
import { compileTraining, initialState, type ProgramSpec } from "../../shared/nn/training.ts";
import { startOrt } from "../../site/src/volunteer/ort-runner.ts";

const started = startOrt(
  { provider: "wasm", reason: "a test" },
  {
    fetch: (url, { timeoutMs: _none, ...init }) => fetch(url, init),
    origin: location.origin,
    threads: 1,
    platform: "a test",
    adapter: null,
  },
  () => undefined,
);

/** One step of the deep linear network on the WASM provider, for float64.test.ts: the loss and the next parameters. */
export async function linearStep(normalization: Normalization): Promise<{ loss: number; parameters: number[] }> {
  const { ort } = await started;
  const { spec, feeds } = linearCase(normalization);
  const { train } = compileTraining(spec, "cpu");
  const session = await ort.session(train.bytes, []);
  const tensors = train.inputs.map(({ name, shape }) => [name, ort.tensor(feeds[name]!, shape)] as const);
  const outputs = await session.run(Object.fromEntries(tensors), ["loss", "parametersNext"]);
  const [loss] = (await outputs["loss"]!.getData()) as Float64Array;
  const parameters = (await outputs["parametersNext"]!.getData()) as Float64Array;
  await session.release();
  return { loss: loss!, parameters: [...parameters] };
}

/** The paper's network on 64 samples; the same numbers wherever it is called. */
function linearCase(normalization: Normalization): { spec: ProgramSpec; feeds: Record<string, Float64Array> } {
  const spec: ProgramSpec = { network: { family: "deep-linear", layers: 25, units: 10 }, normalization, batchSize: 64 };
  const state = initialState({ ...spec, seed: 1 });
  const feeds = {
    parameters: Float64Array.from(state["parameters"]!),
    statistics: Float64Array.from(state["statistics"] ?? []),
    inputs: Float64Array.from(normal(1, "inputs", 0, 640)),
    targets: Float64Array.from(normal(1, "targets", 0, 640)),
    learningRate: Float64Array.of(1e-6),
    weightDecay: Float64Array.of(0),
  };
  return { spec, feeds };
}

Object.assign(globalThis, { linearStep });
