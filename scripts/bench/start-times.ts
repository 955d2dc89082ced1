import { compileTraining, initialState, type ProgramSpec, type Target } from "../../shared/nn/training.ts";
import { type Ort, openTrainer } from "../../shared/volunteer/ort-trainer.ts";
import { randomBatch, RATES } from "./numbers.ts";

/** What a volunteer waits for before the steps run at their usual speed; milliseconds. */
export interface StartTimes {
  /** ONNX Runtime's code fetched and compiled (nothing comes from far: what the network adds is in the sizes). */
  readonly runtimeMs: number;
  /** From the network to ONNX bytes, in TypeScript. */
  readonly modelMs: number;
  /** Sessions for training and testing. */
  readonly sessionMs: number;
  /** On a GPU it compiles the shaders. */
  readonly firstStepMs: number;
  readonly thirdStepMs: number;
}

export async function timeStart(start: () => Promise<{ ort: Ort; target: Target }>, spec: ProgramSpec): Promise<StartTimes> {
  const lap = stopwatch();
  const { ort, target } = await start();
  const runtimeMs = lap();
  const program = compileTraining(spec, target);
  const modelMs = lap();
  const trainer = await openTrainer(ort, program);
  const sessionMs = lap();
  trainer.load(initialState({ ...spec, seed: 1 }));
  const batch = randomBatch(spec.batchSize);
  const steps: number[] = [];
  for (let step = 0; step < 3; step++) {
    lap();
    await (await trainer.step(batch, RATES)).read();
    steps.push(lap());
  }
  await trainer.close();
  return { runtimeMs, modelMs, sessionMs, firstStepMs: steps[0]!, thirdStepMs: steps[2]! };
}

/** Milliseconds since it was last asked. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const [before, now] = [last, performance.now()];
    last = now;
    return now - before;
  };
}
