import { readFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { judgeCalibration } from "../../shared/audit/calibration/judge.ts";
import { batchIndices } from "../../shared/math/shuffle.ts";
import { targetOf } from "../../shared/nn/target.ts";
import { stateLayout } from "../../shared/nn/training.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { emptyBatch, Split } from "../../shared/volunteer/dataset.ts";
import type { Report, train as trainInPage } from "./gpu-page.ts";
import { launch, pageOf } from "./launch.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const STEPS = 5;
/** Of these steps the loss is read, of the others not. */
const READ = 3;
const spec: TrainingSpec = {
  dataset: "cifar-10",
  network: { family: "vgg", depth: 11, width: 1 / 16, head: "linear" },
  normalization: "batch",
  learningRate: 0.05,
  weightDecay: 5e-4,
  batchSize: 8,
  steps: STEPS,
  seed: 3,
  recordEvery: 1,
  evaluateEvery: STEPS,
};
const parameterBytes = 4 * stateLayout(spec)[0]!.shape[0]!;

let browser: Browser;
let gpu: Report;
let wasm: Report;

beforeAll(async () => {
  browser = await launch();
  gpu = await train("webgpu");
  wasm = await train("wasm");
});

afterAll(async () => {
  await browser?.close();
});

/** Trains in a fresh page on real images. */
async function train(provider: "webgpu" | "wasm"): Promise<Report> {
  const page = await pageOf(browser, "tests/browser/gpu-page.ts", "train");
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  type Arguments = Parameters<typeof trainInPage>;
  const report = await page.evaluate(
    (args) => (globalThis as unknown as { train: (...args: Arguments) => Promise<Report> }).train(...args),
    [provider, spec, batches(), READ] as Arguments,
  );
  expect(errors).toEqual([]);
  await page.close();
  return report;
}

function batches() {
  const images = new Split([readFileSync(path.join(ROOT, "site/public/data/cifar10/train-0.bin"))]);
  return Array.from({ length: STEPS }, (_, step) => {
    const batch = emptyBatch(spec.batchSize);
    images.fill(batch, batchIndices(spec.seed, step, spec.batchSize, images.count));
    return { images: [...batch.images], labels: [...batch.labels] };
  });
}

test("the session runs on WebGPU; a node that fell back to the processor would have kept it from opening", () => {
  expect(gpu.device.provider).toBe("webgpu");
  expect(gpu.device.adapter).not.toBeNull();
  expect(wasm.traffic.every(({ read, written }) => read + written === 0)).toBe(true);
});

test("losses, weights and right answers are those of WebAssembly", () => {
  expect(gpu.losses).toHaveLength(READ);
  gpu.losses.forEach((loss, step) => expect(Math.abs(loss / wasm.losses[step]! - 1)).toBeLessThan(1e-5));
  expect(distance(gpu.parameters, wasm.parameters)).toBeLessThan(1e-5);
  expect(gpu.correct).toBe(wasm.correct);
});

test("the same seed on the same provider gives the same bits again", () => {
  for (const { losses, parameters, again } of [gpu, wasm]) expect(again).toEqual({ losses, parameters });
});

test("a GPU emulated on the processor says so: measuring.test.ts trains with the formulations of real ones", () => {
  expect(targetOf({ provider: "webgpu", adapter: gpu.device.adapter })).toBe("emulated");
});

test("the weights stay on the GPU: they go up once, steps read back a loss or nothing, and no buffer leaks", () => {
  const [first, ...later] = gpu.traffic;
  expect(gpu.traffic.slice(0, READ).every(({ read }) => read > 0 && read <= 64)).toBe(true);
  expect(gpu.traffic.slice(READ).every(({ read }) => read === 0)).toBe(true);
  for (const { written } of later) expect(written).toBeLessThanOrEqual(first!.written - parameterBytes);
  expect(new Set(later.map(({ buffers }) => buffers)).size).toBe(1);
});

test("the GPU outlives a trainer that is closed, and computes what the calibration knows", () => {
  const { verdict, spread } = judgeCalibration(gpu.calibration!, "webgpu");
  expect(verdict).toBe("passed");
  expect(spread!.distance).toBeLessThan(5e-6);
});

test("a GPU that goes away is told as a lost runtime, so that the loop opens another and goes on", () => {
  expect(gpu.afterLoss).toMatch(/^RuntimeLost: /);
});

/** l2 distance relative to the second's length. */
function distance(a: readonly number[], b: readonly number[]): number {
  const squares = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  return Math.sqrt(squares / b.reduce((sum, value) => sum + value ** 2, 0));
}
