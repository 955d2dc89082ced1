import { spawnSync } from "node:child_process";
import path from "node:path";
import { memoryNeed } from "../../shared/nn/memory-need.ts";
import { stepBytes } from "../../shared/nn/step-bytes.ts";
import type { ProgramSpec } from "../../shared/nn/training.ts";
import type { Provider } from "../../shared/protocol/lease.ts";
import { openPages, type Pages } from "./browser.ts";
import { nameOf, type NetworkWork } from "./contestant.ts";
import { measuredOn } from "./document.ts";
import { programSpec } from "./networks.ts";
import { markdown } from "./table.ts";

/** A network's memory on each provider, bytes; null where it was not measured. */
export interface Need {
  readonly work: NetworkWork;
  readonly measured: Readonly<Record<Provider, number | null>>;
}

/** WebGPU is often a rasteriser in software: there only small batches. */
const LARGEST_GPU_BATCH = 32;
const WORKS: readonly NetworkWork[] = (
  [
    [11, 1 / 8, 8, "batch"],
    [11, 1 / 8, 32, "batch"],
    [16, 1 / 8, 32, "batch"],
    [11, 1 / 8, 128, "batch"],
    [16, 1 / 8, 128, "none"],
    [11, 1 / 4, 128, "batch"],
    [11, 1 / 2, 128, "batch"],
    [11, 1 / 2, 128, "none"],
  ] as const
).map(([depth, width, batchSize, normalization]) => ({ kind: "step", depth, width, batchSize, normalization }));

/** Measures what training really takes: a process that grows, WebAssembly memory that grows, GPU buffers alive at once. */
export async function measureNeeds(note: (text: string) => void): Promise<Need[]> {
  const pages = await openPages();
  try {
    const needs: Need[] = [];
    for (const work of WORKS) {
      const spec = programSpec(work);
      const webgpu = work.batchSize <= LARGEST_GPU_BATCH ? await inPage(pages, "webgpu", spec) : null;
      const measured = { cpu: inNode(spec), wasm: await inPage(pages, "wasm", spec), webgpu };
      note(`${nameOf(work)}, batch ${work.batchSize}: ${JSON.stringify(measured)}`);
      needs.push({ work, measured });
    }
    return needs;
  } finally {
    await pages.close();
  }
}

function inNode(spec: ProgramSpec): number {
  const script = path.join(import.meta.dirname, "memory-need.ts");
  const run = spawnSync(process.execPath, ["--expose-gc", script, JSON.stringify(spec)], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`needs: got ${run.stderr.trim() || `exit ${run.status}`}, want a number of bytes`);
  return Number(run.stdout);
}

async function inPage(pages: Pages, provider: "wasm" | "webgpu", spec: ProgramSpec): Promise<number> {
  const page = await pages.browser.newPage();
  await page.goto(`${pages.address}bench/memory-need`);
  await page.waitForFunction(() => "memoryNeed" in globalThis);
  const bytes = await page.evaluate(([provider, spec]) => window.memoryNeed(provider, spec), [provider, spec] as const);
  await page.close();
  return bytes;
}

/** docs/bench.md's section. */
export function needsSection(needs: readonly Need[], command: string, busy: number): string {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
  const providers: readonly [Provider, string][] = [
    ["cpu", "Node CPU"],
    ["wasm", "WebAssembly"],
    ["webgpu", "WebGPU"],
  ];
  return `# Memory, predicted and measured

${measuredOn(command, busy)} What a process grows by (Node), WebAssembly memory beyond an idle runtime's, and GPU buffers alive at once, while a network is trained and tested; against what the
coordinator asks of a device before it leases a shard (\`memoryNeed\`), and what is alive at once by the shapes alone (\`stepBytes\`). Bytes, not times: load does not change them.

${markdown([
  ["MB", "batch", "alive by the shapes", ...providers.map(([, name]) => `${name}: took / asked for`)],
  ...needs.map(({ work, measured }) => [
    nameOf(work),
    String(work.batchSize),
    mb(stepBytes(programSpec(work))),
    ...providers.map(([provider]) => {
      const took = measured[provider];
      const asked = memoryNeed(programSpec(work), provider).bytes;
      return took === null ? "-" : `${mb(took)} / ${mb(asked)} (x ${(asked / took).toFixed(1)})`;
    }),
  ]),
])}`;
}
