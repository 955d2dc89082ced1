import { type CalibrationCase, casesFor } from "../audit/calibration/cases.ts";
import { deviceKind } from "../audit/calibration/device-kind.ts";
import { REFERENCE } from "../audit/calibration/judge.ts";
import { project } from "../audit/calibration/project.ts";
import { uniform } from "../math/random.ts";
import { encodeCheckpoint } from "../nn/checkpoint.ts";
import { compileTraining, initialState } from "../nn/training.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { CalibrationAnswer } from "../protocol/calibration.ts";
import { RECORD_BYTES } from "../protocol/dataset.ts";
import { Split } from "./dataset.ts";
import type { Volunteer } from "./loop.ts";
import { Failure } from "./outcomes.ts";
import type { Ports, Progress, Runtime } from "./ports.ts";
import { needsImages, trainingData } from "./training-data.ts";

/** Images of noise that a calibration trains on: nothing has to be fetched, and nothing of the study is shown. */
const IMAGES = 64;

/** What follows from a calibration: a certificate, none (each shard is audited), or that this provider computes wrongly. */
export type Checked = { readonly certificate: string | null } | { readonly wrong: string };

/**
 * Shows that this device computes rightly, unless it did so not long ago.
 * @returns the certificate for lease requests
 * @throws Failure where a device computes wrongly that is not a GPU: there is nothing else to train on
 */
export async function checkDevice(volunteer: Volunteer, runtime: Runtime): Promise<Checked> {
  const { ports, memory, state } = volunteer;
  const { device } = runtime;
  const { coordinator } = ports;
  if (!coordinator.calibrate || !coordinator.volunteer) return { certificate: null };
  const kind = deviceKind(device);
  const own = await coordinator.volunteer();
  const kept = await memory.certificate(kind);
  const isGood = kept?.volunteer === own && kept.reference === REFERENCE && Date.parse(kept.expiresAt) > ports.clock.now();
  if (kept && isGood) return { certificate: kept.certificate };
  const begunMs = ports.clock.now();
  const answers = await volunteer.waits.preparing("calibration", (progress) =>
    calibrationAnswers(runtime, ports.sha256, progress),
  );
  const seconds = (ports.clock.now() - begunMs) / 1000;
  const body = { protocol: PROTOCOL_VERSION, device, reference: REFERENCE, answers, seconds };
  const reply = await volunteer.waits.preparing("calibration", () => coordinator.calibrate!(body));
  const { verdict, words, certificate, expiresAt } = reply;
  const took = `${Math.max(1, Math.round(seconds))} s`;
  if (verdict === "contradicts") {
    if (device.provider === "webgpu") return { wrong: words };
    throw new Failure(
      `This device computed a known training wrongly: ${words}`,
      "Its results could not be used. Update the browser, look for overclocking or faulty memory, and start again: it is checked anew.",
    );
  }
  if (verdict === "rough")
    state.note(`Checked this device in ${took}: it rounds more coarsely than others, so its shards are audited often.`);
  else state.note(`Checked this device in ${took}: it computes what is known.`);
  if (certificate === undefined || expiresAt === undefined) return { certificate: null };
  await memory.setCertificate({ volunteer: own, kind, reference: REFERENCE, certificate, expiresAt });
  return { certificate };
}

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
