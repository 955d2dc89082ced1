import { compileTraining, initialState, type ProgramSpec, type Target } from "../../shared/nn/training.ts";
import { type Ort, openTrainer } from "../../shared/volunteer/ort-trainer.ts";
import { countingTensors } from "./live-tensors.ts";
import { randomBatch, RATES } from "./numbers.ts";

/** What a long training is watched for: bytes, and tensors not disposed of, at a step. */
export interface Mark {
  readonly step: number;
  readonly tensors: number;
  readonly bytes: Readonly<Record<string, number>>;
}

const READ_EVERY = 10;

/**
 * Trains as the volunteer does: most losses stay unread, and at every mark the state comes to the host (a checkpoint) and a test batch is evaluated.
 * @param watch what there is of memory now, in bytes by name
 */
export async function trainLong(
  ort: Ort,
  target: Target,
  spec: ProgramSpec,
  { steps, every }: { readonly steps: number; readonly every: number },
  watch: () => Promise<Mark["bytes"]>,
  seen: (mark: Mark) => void,
): Promise<void> {
  const { ort: counted, live } = countingTensors(ort);
  const trainer = await openTrainer(counted, compileTraining(spec, target));
  trainer.load(initialState({ ...spec, seed: 1 }));
  const batch = randomBatch(spec.batchSize);
  for (let step = 1; step <= steps; step++) {
    const measured = await trainer.step(batch, RATES);
    if (step % READ_EVERY === 0) await measured.read();
    else measured.dispose();
    if (step % every !== 0) continue;
    await trainer.state();
    await trainer.evaluate(batch);
    seen({ step, tensors: live(), bytes: await watch() });
  }
  await trainer.close();
}
