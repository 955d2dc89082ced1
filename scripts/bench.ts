import { writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { browserContestant, openPages, type Pages } from "./bench/browser.ts";
import type { Contestant } from "./bench/contestant.ts";
import { flops } from "./bench/flops.ts";
import { measureFormulations } from "./bench/formulations.ts";
import { networks } from "./bench/networks.ts";
import { nodeContestant } from "./bench/node.ts";
import { race } from "./bench/race.ts";
import { failures, type Raced, ratios, table } from "./bench/table.ts";
import { findTorch, torchContestant } from "./bench/torch.ts";

const USAGE = `npm run bench -- [options]: the training step side by side, written to docs/bench.md
  --full           also VGG-11 at 1/4 and 1/2, VGG-16 at 1/8 and at full width; jax-js on WebAssembly (many minutes)
  --rounds N       alternating rounds (default 5)
  --only WORD      only contestants whose name contains it; nothing is written
  --formulations   instead: the formulations of the convolution gradients, from which shared/graph/formulations.ts chooses
BENCH_PYTHON names a Python that has PyTorch.`;

const PRODUCT = { kind: "product", size: 1024 } as const;
/** WebGPU here is often a software rasteriser: a small batch keeps a step below minutes. */
const GPU_BATCH = 8;

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    formulations: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
async function compare(): Promise<void> {
  const loadBefore = os.loadavg()[0]!;
  const pages = await openPages();
  try {
    const cpu = chosen(onProcessor(pages));
    const gpu = chosen(onGpu(pages));
    const [cpuReport, gpuReport] = [await report(cpu), await report(gpu)];
    const text = page(cpuReport, gpuReport, loadBefore);
    console.log(text);
    if (options.only === undefined) await writeFile(path.resolve(import.meta.dirname, "../docs/bench.md"), text);
  } finally {
    await pages.close();
  }
}

interface Report {
  readonly table: string;
  readonly races: readonly Raced[];
  readonly failures: readonly string[];
}

async function report(contestants: readonly Contestant[]): Promise<Report> {
  const rounds = Number(options.rounds);
  const peaks = await race(contestants, PRODUCT, rounds);
  const races: Raced[] = [];
  for (const work of networks(options.full)) {
    races.push({ work, times: await race(contestants, work, rounds) });
    console.error(table(peaks, races.slice(-1), flops(PRODUCT)));
  }
  return {
    table: table(peaks, races, flops(PRODUCT)),
    races,
    failures: failures([...peaks, ...races.flatMap(({ times }) => times)]),
  };
}

function onProcessor(pages: Pages): Contestant[] {
  const torch = findTorch();
  if (torch === null) console.error("No Python with PyTorch: it is left out (BENCH_PYTHON names one).");
  return [
    ...[1, 2].map(nodeContestant),
    ...(torch === null ? [] : [1, 2].map((threads) => torchContestant(torch.python, torch.version, threads))),
    ...[1, 2].map((threads) =>
      browserContestant(pages, "ours", "wasm", threads, {
        name: `this trainer, WebAssembly, ${threads} thread${threads === 1 ? "" : "s"}`,
        batchSize: 128,
        repeats: 2,
      }),
    ),
    browserContestant(pages, "tfjs", "wasm", 2, { name: "TensorFlow.js 4.22, WebAssembly", batchSize: 128, repeats: 1 }),
    ...(options.full
      ? [browserContestant(pages, "jax", "wasm", 2, { name: "jax-js 0.1.25, WebAssembly", batchSize: 128, repeats: 1 })]
      : []),
  ];
}

const onGpu = (pages: Pages): Contestant[] => [
  browserContestant(pages, "ours", "webgpu", 1, { name: "this trainer, WebGPU", batchSize: GPU_BATCH, repeats: 1 }),
  browserContestant(pages, "tfjs", "webgpu", 1, { name: "TensorFlow.js 4.22, WebGPU", batchSize: GPU_BATCH, repeats: 1 }),
  browserContestant(pages, "jax", "webgpu", 1, { name: "jax-js 0.1.25, WebGPU", batchSize: GPU_BATCH, repeats: 1 }),
];

const chosen = (contestants: Contestant[]) =>
  contestants.filter(({ name }) => options.only === undefined || name.includes(options.only));

function page(cpu: Report, gpu: Report, loadBefore: number): string {
  const failed = [...cpu.failures, ...gpu.failures];
  return `# The training step, side by side

Written by \`npm run bench${options.full ? " -- --full" : ""}\` on ${new Date().toISOString().slice(0, 10)}: ${os.cpus()[0]!.model.trim()}, ${os.availableParallelism()} processors, Node
${process.versions.node}. Load average before it ${loadBefore.toFixed(1)}, after it ${os.loadavg()[0]!.toFixed(1)} (idle: 0): where others use the machine, milliseconds are too long
and shares too low; ratios come from alternating rounds, which suffer alike.

One step is forward, backward and update of a VGG with a linear head on 32 x 32 images, until its loss is on the host. Milliseconds are medians; in
brackets the step's convolutions and matrix products (forward and both backward directions) as a share of what a plain product of two
1024 x 1024 matrices reaches in the same runtime.

## On the processor, batch 128

${cpu.table}

- PyTorch (1 thread) against this trainer on onnxruntime-node (1 thread), this trainer's time over PyTorch's: ${ratios(cpu.races, "this trainer, Node CPU, 1", "PyTorch")}.
- TensorFlow.js against this trainer, both WebAssembly (1 thread), TensorFlow.js's time over this trainer's: ${ratios(cpu.races, "TensorFlow.js", "this trainer, WebAssembly, 1")}.
- TensorFlow.js cannot train convolutions on WebAssembly as it is (no kernel for the weights' gradient); it runs here with a gradient written for it.

## WebGPU in Chromium, batch ${GPU_BATCH}

On a machine without a GPU this is SwiftShader, a rasteriser in software: it says nothing about a real GPU.

${gpu.table}

- TensorFlow.js's time over this trainer's: ${ratios(gpu.races, "TensorFlow.js", "this trainer")}.
- jax-js's time over this trainer's: ${ratios(gpu.races, "jax-js", "this trainer")}.
${failed.length === 0 ? "" : `\n## Failed\n\n${failed.map((line) => `- ${line}`).join("\n")}\n`}`;
}

if (options.help) console.log(USAGE);
else if (options.formulations) await measureFormulations((line) => console.log(line));
else await compare();
