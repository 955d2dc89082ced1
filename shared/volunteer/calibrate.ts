import { type CalibrationCase, casesFor } from "../audit/calibration/cases.ts";
import { project } from "../audit/calibration/project.ts";
import { uniform } from "../math/random.ts";
import { encodeCheckpoint } from "../nn/checkpoint.ts";
import { compileTraining, initialState } from "../nn/training.ts";
import type { CalibrationAnswer } from "../protocol/calibration.ts";
import { RECORD_BYTES } from "../protocol/dataset.ts";
import { Split } from "./dataset.ts";
import type { Ports, Progress, Runtime } from "./ports.ts";
import { needsImages, trainingData } from "./training-data.ts";

/** Images of noise that a calibration trains on: nothing has to be fetched, and nothing of the study is shown. */
const IMAGES = 64;

/** Trains what is known on this device. Cases one after the other, a session at a time. @param progress cases done, and of how many */
export async function calibrationAnswers(
  runtime: Runtime,
  sha256: Ports["sha256"],
  progress: Progress = () => undefined,
): Promise<CalibrationAnswer[]> {
  const cases = casesFor(runtime.device.provider);
  const answers: CalibrationAnswer[] = [];
  for (const one of cases) {
    await progress(answers.length, cases.length);
    answers.push(await answer(one, runtime, sha256));
  }
  return answers;
}

async function answer({ id, spec }: CalibrationCase, runtime: Runtime, sha256: Ports["sha256"]): Promise<CalibrationAnswer> {
  const program = compileTraining(spec, runtime.target);
  const trainer = await runtime.open(program);
  try {
    trainer.load(initialState(spec));
    const images = needsImages(spec) ? noise(spec.seed) : null;
    const data = trainingData(spec, images && { train: images, test: images });
    const losses: (number | null)[] = [];
    for (let step = 0; step < spec.steps; step++) {
      const { loss } = await (await trainer.step(data.train(step), spec)).read();
      losses.push(Number.isFinite(loss) ? loss : null);
    }
    const state = await trainer.state();
    const end = await sha256(encodeCheckpoint({ step: spec.steps, state }, program.state));
    const projected = project(state["parameters"]!, spec.seed).map((sum) => (Number.isFinite(sum) ? sum : null));
    return { case: id, losses, end, projected };
  } finally {
    await trainer.close();
  }
}

/** As CIFAR-10's records: a label, then pixels. */
function noise(seed: number): Split {
  const bytes = Uint8Array.from(uniform(seed, "calibration images", 0, IMAGES * RECORD_BYTES), (u) => Math.floor(u * 256));
  for (let i = 0; i < IMAGES; i++) bytes[i * RECORD_BYTES]! %= 10;
  return new Split([bytes]);
}
