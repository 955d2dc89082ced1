import { noiseKey } from "../../shared/nn/noise.ts";
import { isNoisy } from "../../shared/nn/normalization/index.ts";
import type { State } from "../../shared/nn/checkpoint.ts";
import { compileTraining, initialState } from "../../shared/nn/training.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { Split } from "../../shared/volunteer/dataset.ts";
import type { Runtime } from "../../shared/volunteer/ports.ts";
import { trainingData } from "../../shared/volunteer/training-data.ts";

/** How an interval is trained; everything but `honest` is a way of cheating. */
export type How = "honest" | "skips half" | "skips a tenth" | "flips signs" | "rate x 1.05" | "rate x 1.5" | "other data";

export interface Interval {
  readonly spec: TrainingSpec;
  /** Parameters (and statistics) to start from; null: the initial ones. */
  readonly start: Readonly<Record<string, readonly number[]>> | null;
  readonly fromStep: number;
  readonly steps: number;
  /** Weights are taken after so many steps of the interval, and at its end. */
  readonly window: number;
  readonly how: How;
}

/** What two sides of an audit compare. */
export interface Trained {
  readonly losses: readonly number[];
  readonly accuracies: readonly (number | null)[];
  readonly windowEnd: readonly number[];
  readonly end: Readonly<Record<string, readonly number[]>>;
}

/** Trains an interval with the volunteer's own trainer. @param chunk a chunk of CIFAR-10, where the network wants images */
export async function trainInterval(runtime: Runtime, interval: Interval, chunk: Uint8Array | null): Promise<Trained> {
  const { spec, start, fromStep, steps, window, how } = interval;
  const program = compileTraining(spec, runtime.target);
  const trainer = await runtime.open(program);
  trainer.load(start === null ? initialState(spec) : stateOf(start, program.state[0]!.dtype === "float64"));
  const images = chunk && new Split([chunk]);
  const data = trainingData(
    how === "other data" ? { ...spec, seed: spec.seed + 1000 } : spec,
    images && { train: images, test: images },
  );
  const [losses, accuracies]: [number[], (number | null)[]] = [[], []];
  let windowEnd: number[] = [];
  for (let i = 0; i < steps; i++) {
    const step = fromStep + i;
    const isSkipped = (how === "skips half" && i % 10 >= 5) || (how === "skips a tenth" && i % 10 === 9);
    if (!isSkipped) {
      const rate = { "rate x 1.05": 1.05, "rate x 1.5": 1.5, "flips signs": -1 }[how as string] ?? 1;
      const noise = isNoisy(spec.normalization) ? { noiseKey: noiseKey(spec.seed, step) } : {};
      const settings = { learningRate: spec.learningRate * rate, weightDecay: spec.weightDecay, ...noise };
      const { loss, accuracy } = await (await trainer.step(data.train(step), settings)).read();
      losses.push(loss);
      accuracies.push(accuracy);
    } else {
      losses.push(losses.at(-1)!);
      accuracies.push(accuracies.at(-1)!);
    }
    if (i + 1 === window) windowEnd = [...(await trainer.state())["parameters"]!];
  }
  const end = await trainer.state();
  await trainer.close();
  return {
    losses,
    accuracies,
    windowEnd,
    end: Object.fromEntries(Object.entries(end).map(([name, values]) => [name, [...values]])),
  };
}

function stateOf(values: NonNullable<Interval["start"]>, isDouble: boolean): State {
  return Object.fromEntries(
    Object.entries(values).map(([name, numbers]) => [name, isDouble ? Float64Array.from(numbers) : Float32Array.from(numbers)]),
  );
}
