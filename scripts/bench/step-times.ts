import { batchIndices } from "../../shared/math/shuffle.ts";
import { compileTraining, initialState, type ProgramSpec, type Target } from "../../shared/nn/training.ts";
import { emptyBatch, Split } from "../../shared/volunteer/dataset.ts";
import { type Ort, openTrainer } from "../../shared/volunteer/ort-trainer.ts";
import { median, RATES } from "./numbers.ts";

/** A usual step of the volunteer's loop: its milliseconds, and the share of them that ONNX Runtime was at work. */
export interface StepTimes {
  readonly loopMs: number;
  readonly runShare: number;
}

const IMAGES = 10_000;

/** The loop as the volunteer has it: indices, batch, step, loss read at every step (the worst case: most are left unread). */
export async function timeSteps(ort: Ort, target: Target, spec: ProgramSpec, steps: number): Promise<StepTimes> {
  const timed = timedRuns(ort);
  const trainer = await openTrainer(timed.ort, compileTraining(spec, target));
  trainer.load(initialState({ ...spec, seed: 1 }));
  const images = new Split([new Uint8Array(IMAGES * 3073).map((_, i) => (i % 3073 === 0 ? i % 10 : (i * 31) & 255))]);
  const batch = emptyBatch(spec.batchSize);
  const loops: number[] = [];
  const shares: number[] = [];
  for (let step = 0; step <= steps; step++) {
    timed.reset();
    const started = performance.now();
    images.fill(batch, batchIndices(1, step, spec.batchSize, images.count));
    await (await trainer.step(batch, RATES)).read();
    if (step === 0) continue; // It compiles.
    const loopMs = performance.now() - started;
    loops.push(loopMs);
    shares.push(timed.ms() / loopMs);
  }
  await trainer.close();
  return { loopMs: median(loops), runShare: median(shares) };
}

/** Counts the milliseconds inside ONNX Runtime: runs, and waiting for a number. */
function timedRuns(ort: Ort): { ort: Ort; ms: () => number; reset: () => void } {
  let total = 0;
  const timing = async <T>(call: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await call();
    total += performance.now() - started;
    return result;
  };
  return {
    ms: () => total,
    reset: () => {
      total = 0;
    },
    ort: {
      ...ort,
      session: async (...parameters) => {
        const session = await ort.session(...parameters);
        return {
          release: () => session.release(),
          run: async (feeds, fetches) => {
            const outputs = await timing(() => session.run(feeds, fetches));
            for (const tensor of Object.values(outputs)) {
              const getData = tensor.getData.bind(tensor);
              tensor.getData = () => timing(() => getData());
            }
            return outputs;
          },
        };
      },
    },
  };
}
