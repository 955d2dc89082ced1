import { readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { batchIndices } from "../../shared/math/shuffle.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { emptyBatch, Split } from "../../shared/volunteer/dataset.ts";
import { launch, pageOf } from "./launch.ts";
import type { measure as measureInPage, Measured } from "./measuring-page.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const vgg: TrainingSpec = {
  dataset: "cifar-10",
  network: { family: "vgg", depth: 11, width: 1 / 32, head: "linear" },
  normalization: "batch",
  learningRate: 0.02,
  weightDecay: 5e-4,
  batchSize: 4,
  steps: 3,
  seed: 3,
  recordEvery: 1,
  evaluateEvery: 3,
  probes: {
    landscape: { every: 1, along: [1], random: [1] },
    shift: { every: 1, layers: [5] },
    activations: { every: 1, layers: [2], bins: 8 },
    theorem: { every: 1 },
  },
};
/** With as many channels as real GPUs' kernels for four at a time want. */
const noisy: TrainingSpec = {
  ...vgg,
  network: { family: "vgg", depth: 11, width: 1 / 16, head: "linear" },
  steps: 1,
  normalization: "noisy-batch",
  probes: { activations: vgg.probes!.activations },
};
const deepLinear: TrainingSpec = {
  ...vgg,
  dataset: "linear-map",
  network: { family: "deep-linear", layers: 6, units: 5 },
  learningRate: 1e-4,
  batchSize: 16,
  evaluateEvery: null,
};

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

/** On the emulated GPU compiling takes most of the time: what was measured once serves every test that asks for the same. */
const known = new Map<string, Promise<Measured>>();
function measured(provider: "webgpu" | "wasm", spec: TrainingSpec, asRealGpu = false): Promise<Measured> {
  const key = JSON.stringify([provider, spec, asRealGpu]);
  const report = known.get(key) ?? measure(provider, spec, asRealGpu);
  known.set(key, report);
  return report;
}

const pages = new Map<string, Promise<Page>>();
function pageFor(provider: "webgpu" | "wasm"): Promise<Page> {
  const page = pages.get(provider) ?? pageOf(browser, "tests/browser/measuring-page.ts", "measure");
  pages.set(provider, page);
  return page;
}

async function measure(provider: "webgpu" | "wasm", spec: TrainingSpec, asRealGpu: boolean): Promise<Measured> {
  const page = await pageFor(provider);
  type Arguments = Parameters<typeof measureInPage>;
  return page.evaluate(
    (args) => (globalThis as unknown as { measure: (...args: Arguments) => Promise<Measured> }).measure(...args),
    [provider, spec, batches(spec), asRealGpu] as Arguments,
  );
}

function batches(spec: TrainingSpec) {
  const images = new Split([readFileSync(path.join(ROOT, "site/public/data/cifar10/train-0.bin"))]);
  return Array.from({ length: spec.steps + 1 }, (_, step) => {
    const batch = emptyBatch(spec.batchSize);
    images.fill(batch, batchIndices(spec.seed, step, spec.batchSize, images.count));
    return { images: [...batch.images], labels: [...batch.labels] };
  });
}

test.each([
  ["VGG with BatchNorm, an emulated GPU", vgg, false],
  ["VGG with noisy BatchNorm, a real GPU", noisy, true],
])(
  "%s: WebGPU has at the first step the loss and measures what WebAssembly does, without a detour over the processor",
  async (_name, spec, isReal) => {
    const gpu = await measured("webgpu", isReal ? { ...spec, steps: 1 } : spec, isReal);
    const wasm = await measured("wasm", { ...spec, steps: 1 });
    expect(Math.abs(gpu.losses[0]! / wasm.losses[0]! - 1)).toBeLessThan(1e-5);
    for (const [probe, row] of Object.entries(wasm.rows[0]!)) {
      for (const [column, value] of Object.entries(row)) {
        const got = gpu.rows[0]![probe as keyof Measured["rows"][number]]![column];
        if (typeof value !== "number" || column.startsWith("residual")) continue;
        expect(Math.abs((got as number) - value), `${probe} ${column}: got ${String(got)}, want ${value}`).toBeLessThan(
          1e-3 * Math.abs(value) + 1e-4,
        );
      }
    }
  },
);

test("no GPU buffer outlives its measurement", async () => {
  const { buffers } = await measured("webgpu", vgg);
  expect(buffers[2]).toBe(buffers[1]);
});

test("WebAssembly measures the deep linear network in float64", async () => {
  const { rows } = await measured("wasm", deepLinear);
  expect(rows).toHaveLength(3);
  const { landscape, shift, theorem } = rows[0]!;
  expect(landscape!["loss"]).toBeGreaterThan(0);
  expect(shift!["cosine.5"]).toBeLessThan(1);
  expect(theorem!["residual.1"]).toBeLessThan(1e-3);
});
