import { batchIndices } from "../../shared/math/shuffle.ts";
import { noiseKey } from "../../shared/nn/noise.ts";
import { isNoisy } from "../../shared/nn/normalization/index.ts";
import { compileTraining, initialState } from "../../shared/nn/training.ts";
import { emptyBatch, Split } from "../../shared/volunteer/dataset.ts";
import type { Runtime } from "../../shared/volunteer/ports.ts";
import type { DriftRun } from "./spec.ts";

/** Trains on a chunk of CIFAR-10 with the volunteer's own trainer, and returns the parameters at each of the run's stops. */
export async function trainStops(
  runtime: Runtime,
  { spec, seed, learningRate, after }: DriftRun,
  chunk: Uint8Array,
): Promise<number[][]> {
  const images = new Split([chunk]);
  const trainer = await runtime.open(compileTraining(spec, runtime.target));
  trainer.load(initialState({ ...spec, seed }));
  const batch = emptyBatch(spec.batchSize);
  const stops: number[][] = [];
  for (let step = 0; step < Math.max(...after); step++) {
    images.fill(batch, batchIndices(seed, step, spec.batchSize, images.count));
    const noise = isNoisy(spec.normalization) ? { noiseKey: noiseKey(seed, step) } : {};
    const measured = await trainer.step(batch, { learningRate, weightDecay: 5e-4, ...noise });
    measured.dispose();
    if (after.includes(step + 1)) stops.push([...(await trainer.state())["parameters"]!]);
  }
  await trainer.close();
  return stops;
}
