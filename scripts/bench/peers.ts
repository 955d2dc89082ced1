import { readFileSync } from "node:fs";
import path from "node:path";
import { browserContestant, type Pages } from "./browser.ts";
import { type Contestant, inThreads } from "./contestant.ts";
import { dawnContestant, findVulkan } from "./dawn.ts";
import { nodeContestant } from "./node.ts";
import { findTorch, torchContestant } from "./torch.ts";

/** WebGPU here is often a software rasteriser: a small batch keeps a step below a minute. */
export const GPU_BATCH = 8;

/** Native and WebAssembly, batch 128. */
export function onProcessor(pages: Pages): Contestant[] {
  const torch = findTorch();
  if (torch === null) console.error("No Python with PyTorch: it is left out (BENCH_PYTHON names one).");
  return [
    ...[1, 2].map(nodeContestant),
    ...(torch === null ? [] : [1, 2].map((threads) => torchContestant(torch.python, torch.version, threads))),
    ...[1, 2].map((threads) =>
      browserContestant(pages, "ours", "wasm", threads, {
        name: `this trainer, WebAssembly, ${inThreads(threads)}`,
        machinery: `WebAssembly, ${inThreads(threads)}`,
        batchSize: 128,
        repeats: 2,
      }),
    ),
    ...[1, 2].map((threads) =>
      browserContestant(pages, "tfjs", "wasm", threads, {
        name: `TensorFlow.js ${versionOf("@tensorflow/tfjs-core")}, WebAssembly, ${threads === 1 ? inThreads(1) : `asked for ${inThreads(threads)} (takes one)`}`,
        machinery: `WebAssembly, ${inThreads(threads)}`,
        batchSize: 128,
        repeats: 1,
      }),
    ),
    browserContestant(pages, "jax", "wasm", 2, {
      name: `jax-js ${versionOf("@jax-js/jax")}, WebAssembly, 2 threads`,
      machinery: "WebAssembly, 2 threads",
      batchSize: 128,
      repeats: 1,
    }),
  ];
}

/** WebGPU in Chromium and, where there is a Vulkan device, in Node. */
export async function onGpu(pages: Pages): Promise<Contestant[]> {
  const vulkan = await findVulkan();
  if (vulkan === null) console.error("No Vulkan device for WebGPU in Node, not even a software one: it is left out.");
  const inChromium = (framework: "ours" | "tfjs" | "jax", name: string) =>
    browserContestant(pages, framework, "webgpu", 1, {
      name: `${name}, WebGPU in Chromium`,
      machinery: "WebGPU",
      batchSize: GPU_BATCH,
      repeats: 1,
    });
  return [
    inChromium("ours", "this trainer"),
    ...(vulkan === null ? [] : [dawnContestant(vulkan, GPU_BATCH)]),
    inChromium("tfjs", `TensorFlow.js ${versionOf("@tensorflow/tfjs-core")}`),
    inChromium("jax", `jax-js ${versionOf("@jax-js/jax")}`),
  ];
}

/** Version of an installed package. */
function versionOf(name: string): string {
  const file = path.resolve(import.meta.dirname, `../../node_modules/${name}/package.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
