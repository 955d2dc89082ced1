import type { ProgramSpec } from "../../shared/nn/training.ts";
import { nodeOrt } from "../volunteer/ort-node.ts";
import { openPages, type Pages } from "./browser.ts";
import { measuredOn } from "./document.ts";
import { type Size, dataSizes, modelSizes, runtimeSizes, workerSizes } from "./sizes.ts";
import { type StartTimes, timeStart } from "./start-times.ts";
import { markdown, show } from "./table.ts";

const pilot = (batchSize: number): ProgramSpec => ({
  network: { family: "vgg", depth: 16, width: 1 / 8, head: "linear" },
  normalization: "batch",
  batchSize,
});

/** What it takes to begin: downloads, and the time from nothing to a step at the usual speed. */
export async function measureLight(note: (text: string) => void): Promise<{ sizes: Size[]; starts: [string, StartTimes][] }> {
  const starts: [string, StartTimes][] = [];
  note("Node");
  starts.push(["Node, CPU, batch 128", await timeStart(() => Promise.resolve({ ort: nodeOrt(1), target: "cpu" }), pilot(128))]);
  const pages = await openPages();
  try {
    for (const [provider, batchSize] of [
      ["wasm", 128],
      ["webgpu", 8],
    ] as const) {
      note(provider);
      const where = `${provider === "wasm" ? "WebAssembly" : "WebGPU"} in Chromium, batch ${batchSize}`;
      starts.push([where, await inPage(pages, provider, pilot(batchSize))]);
    }
  } finally {
    await pages.close();
  }
  note("sizes");
  return { sizes: [...runtimeSizes(), ...workerSizes(), ...dataSizes(), ...modelSizes()], starts };
}

async function inPage(pages: Pages, provider: "wasm" | "webgpu", spec: ProgramSpec): Promise<StartTimes> {
  const page = await pages.browser.newPage();
  await page.goto(`${pages.address}bench/light`);
  await page.waitForFunction(() => "timeStart" in globalThis);
  const times = await page.evaluate(([provider, spec]) => window.timeStart(provider, spec), [provider, spec] as const);
  await page.close();
  return times;
}

/** docs/bench.md's section. */
export function lightSection(
  sizes: readonly Size[],
  starts: readonly [string, StartTimes][],
  command: string,
  busy: number,
): string {
  const mb = (bytes: number) => (bytes >= 1e5 ? (bytes / 1e6).toFixed(2) : (bytes / 1e6).toPrecision(2));
  return `# What it takes to begin

${measuredOn(command, busy)} VGG-16 at width 1/8 with BatchNorm, the pilot's network. The WebGPU row is a rasteriser in software.

${markdown([
  ["milliseconds", "runtime starts", "model compiled", "sessions made", "first step", "third step"],
  ...starts.map(([where, { runtimeMs, modelMs, sessionMs, firstStepMs, thirdStepMs }]) => [
    where,
    ...[runtimeMs, modelMs, sessionMs, firstStepMs, thirdStepMs].map((ms) => (ms < 1 ? "0" : show(ms))),
  ]),
])}

${markdown([["MB", "raw", "gzip", "brotli"], ...sizes.map(({ what, raw, gzip, brotli }) => [what, mb(raw), mb(gzip), mb(brotli)])])}

One visit fetches one of the runtime's builds and, the first time, the data. Models hold no weights: they are compiled where they are used.`;
}
