import { noiseKey } from "../../shared/nn/noise.ts";
import { isNoisy } from "../../shared/nn/normalization/index.ts";
import { initialState } from "../../shared/nn/training.ts";
import { PROBE_NAMES } from "../../shared/protocol/probes.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import type { Feeds, Runtime } from "../../shared/volunteer/ports.ts";
import type { Rows } from "../../shared/volunteer/probes/row.ts";
import { Programs } from "../../shared/volunteer/programs.ts";
import { trainingData } from "../../shared/volunteer/training-data.ts";
import { openRuntime } from "./open-runtime.ts";

/** What runs inside the browser for measuring.test.ts: the volunteer's own runner, measuring around every step. */
export interface Measured {
  readonly rows: Rows[];
  readonly losses: number[];
  /** GPU buffers alive after each step. */
  readonly buffers: number[];
}

let alive = 0;

/* eslint-disable @typescript-eslint/unbound-method -- each is called with its own `this` */
function count(): void {
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    alive -= 1;
    return destroy.call(this);
  };
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    alive += 1;
    return createBuffer.call(this, descriptor);
  };
}

/** ONNX Runtime Web starts once in a page; its providers are each tested in a page of their own. */
let started: Promise<Runtime> | undefined;

function open(provider: "webgpu" | "wasm"): Promise<Runtime> {
  if (provider === "webgpu") count();
  return openRuntime(provider);
}

/**
 * @param provider the same for all that a page is asked
 * @param images of each step; the deep linear network draws its own data
 * @param asRealGpu with the formulations of a real GPU
 */
export async function measure(
  provider: "webgpu" | "wasm",
  spec: TrainingSpec,
  images: { readonly images: number[]; readonly labels: number[] }[],
  asRealGpu: boolean,
): Promise<Measured> {
  const runtime = await (started ??= open(provider));
  const trainer = await new Programs().open(asRealGpu ? { ...runtime, target: "webgpu" } : runtime, spec);
  trainer.load(initialState(spec));
  const own = spec.dataset === "linear-map" ? trainingData(spec, null) : null;
  const batch = (step: number): Feeds => {
    if (own) return own.train(step);
    const { images: pixels, labels } = images[step]!;
    return { images: Float32Array.from(pixels), labels: Int32Array.from(labels) };
  };
  const settings = (step: number) => ({
    ...{ learningRate: spec.learningRate, weightDecay: spec.weightDecay, seed: spec.seed, step },
    ...(isNoisy(spec.normalization) && { noiseKey: noiseKey(spec.seed, step) }),
  });
  const due = PROBE_NAMES.filter((name) => spec.probes?.[name] && (name !== "theorem" || spec.normalization === "batch"));
  const rows: Rows[] = [];
  const losses: number[] = [];
  const buffers: number[] = [];
  for (let step = 0; step < spec.steps; step++) {
    await trainer.probeBefore(batch(step), due, settings(step), () => Promise.resolve());
    losses.push((await (await trainer.step(batch(step), settings(step))).read()).loss);
    rows.push(await trainer.probeAfter(batch(step + 1), settings(step + 1).noiseKey));
    buffers.push(alive);
  }
  await trainer.close();
  return { rows, losses, buffers };
}

Object.assign(globalThis, { measure });
