import { sha256Hex } from "../../shared/math/sha256.ts";
import type { CalibrationAnswer } from "../../shared/protocol/calibration.ts";
import { calibrationAnswers } from "../../shared/volunteer/calibrate.ts";
import { compileTraining, initialState } from "../../shared/nn/training.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import type { Batch } from "../../shared/volunteer/dataset.ts";
import { openRuntime } from "./open-runtime.ts";

/** What runs inside the browser for webgpu.test.ts: the volunteer's own runner, and a count of what crosses to and from the GPU. */
export interface Report {
  readonly losses: number[];
  readonly parameters: number[];
  readonly correct: number;
  /** For each step: bytes read back from the GPU, bytes written to it, buffers alive after it. */
  readonly traffic: { readonly read: number; readonly written: number; readonly buffers: number }[];
  /** The same training again, in sessions of its own. */
  readonly again: { readonly losses: number[]; readonly parameters: number[] };
  /** What a GPU makes of the known trainings: one trainer after the other is opened and closed on it; null on WebAssembly. */
  readonly calibration: CalibrationAnswer[] | null;
  /** What the trainer says when the GPU goes away in the middle of training; null on WebAssembly. */
  readonly afterLoss: string | null;
  readonly device: { readonly provider: string; readonly adapter: string | null };
}

/** GPUMapMode.READ */
const MAP_READ = 1;
const traffic = { read: 0, written: 0, buffers: 0 };

/* eslint-disable @typescript-eslint/unbound-method, @typescript-eslint/no-this-alias -- each is called with its own `this` */
let gpu: GPUDevice | undefined;

/** Counts through the WebGPU objects themselves, below ONNX Runtime. */
function count(): void {
  const { mapAsync, destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = function (mode, ...range) {
    if (mode & MAP_READ) traffic.read += range[1] ?? this.size;
    return mapAsync.call(this, mode, ...range);
  };
  GPUBuffer.prototype.destroy = function () {
    traffic.buffers -= 1;
    return destroy.call(this);
  };
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    traffic.buffers += 1;
    gpu = this;
    if (descriptor.mappedAtCreation) traffic.written += descriptor.size;
    return createBuffer.call(this, descriptor);
  };
  const { writeBuffer } = GPUQueue.prototype;
  GPUQueue.prototype.writeBuffer = function (buffer, offset, data, start, size) {
    traffic.written += size ?? data.byteLength;
    return writeBuffer.call(this, buffer, offset, data, start, size);
  };
}

/** Trains `batches` one after the other; only the losses of the first `read` steps are read, as the volunteer leaves most unread. */
export async function train(
  provider: "webgpu" | "wasm",
  spec: TrainingSpec,
  batches: { readonly images: number[]; readonly labels: number[] }[],
  read: number,
): Promise<Report> {
  if (provider === "webgpu") count();
  const runtime = await openRuntime(provider);
  const asBatch = ({ images, labels }: (typeof batches)[number]): Batch => ({
    images: Float32Array.from(images),
    labels: Int32Array.from(labels),
  });
  const trainAll = async () => {
    const trainer = await runtime.open(compileTraining(spec, runtime.target));
    trainer.load(initialState(spec));
    const losses: number[] = [];
    const log: Report["traffic"][number][] = [];
    for (const [step, batch] of batches.entries()) {
      const before = { ...traffic };
      const measured = await trainer.step(asBatch(batch), spec);
      if (step < read) losses.push((await measured.read()).loss);
      else measured.dispose();
      log.push({ read: traffic.read - before.read, written: traffic.written - before.written, buffers: traffic.buffers });
    }
    return { trainer, losses, log };
  };
  const { trainer, losses, log } = await trainAll();
  const { correct } = await trainer.evaluate(asBatch(batches[0]!));
  const { parameters } = await trainer.state();
  const second = await trainAll();
  const again = { losses: second.losses, parameters: [...(await second.trainer.state()).parameters!] };
  await second.trainer.close();
  const calibration = gpu ? await calibrationAnswers(runtime, (bytes) => Promise.resolve(sha256Hex(bytes))) : null;
  gpu?.destroy();
  const afterLoss = gpu
    ? await trainer.step(asBatch(batches[0]!), spec).then(
        () => "it went on",
        (error: Error) => `${error.name}: ${error.message}`,
      )
    : null;
  await trainer.close();
  return { losses, parameters: [...parameters!], correct, traffic: log, again, calibration, afterLoss, device: runtime.device };
}

Object.assign(globalThis, { train });
