import { noiseKey } from "../../shared/nn/noise.ts";
import { isNoisy } from "../../shared/nn/normalization/index.ts";
import { initialState } from "../../shared/nn/training.ts";
import { RECORD_BYTES } from "../../shared/protocol/dataset.ts";
import { measurementColumns } from "../../shared/protocol/measurements.ts";
import { PROBE_NAMES } from "../../shared/protocol/probes.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { type Dataset, Split } from "../../shared/volunteer/dataset.ts";
import { Programs } from "../../shared/volunteer/programs.ts";
import { needsImages, trainingData } from "../../shared/volunteer/training-data.ts";
import { nodeRuntime } from "../volunteer/ort-node.ts";

/** Trains one network after another, some turns of them (--expose-gc): a line with the bytes that it has resident after each, while that network is still open. */
const specs = JSON.parse(process.argv[2]!) as TrainingSpec[];
const turns = Number(process.argv[3]);
const collect = globalThis.gc;
if (!collect) throw new Error("networks: got no gc, want node --expose-gc");
const runtime = nodeRuntime(1);
const programs = new Programs();
const grey = new Split([new Uint8Array(Math.max(...specs.map(({ batchSize }) => batchSize)) * RECORD_BYTES)]);

for (let turn = 0; turn < turns; turn++) {
  for (const spec of specs) {
    await trainOnce(spec, { train: grey, test: grey });
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20)); // Finalizers of native memory run in a turn of their own.
      collect();
    }
    console.log(process.memoryUsage.rss());
  }
}

/** A step with all measurements around it, and a test: every model of the network is opened. */
async function trainOnce(spec: TrainingSpec, images: Dataset): Promise<void> {
  const { learningRate, weightDecay, normalization, seed } = spec;
  const trainer = await programs.open(runtime, spec);
  const data = trainingData(spec, needsImages(spec) ? images : null);
  const settings = { learningRate, weightDecay, ...(isNoisy(normalization) && { noiseKey: noiseKey(seed, 0) }) };
  const due = PROBE_NAMES.filter((name) => measurementColumns(spec)[name]);
  trainer.load(initialState(spec));
  if (due.length > 0) await trainer.probeBefore(data.train(0), due, { ...settings, seed, step: 0 }, () => Promise.resolve());
  await (await trainer.step(data.train(0), settings)).read();
  if (due.length > 0) await trainer.probeAfter(data.train(1), settings.noiseKey);
  if (data.test) await trainer.evaluate(data.test.batch(0));
  await trainer.state();
}
