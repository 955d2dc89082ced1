import type { ProgramSpec } from "../../shared/nn/training.ts";
import { nodeOrt } from "../volunteer/ort-node.ts";
import { openPages, type Pages } from "./browser.ts";
import { inThreads } from "./contestant.ts";
import { GPU_BATCH } from "./peers.ts";
import { profileKernels } from "./kernels.ts";
import { nodePrice } from "./node-price.ts";
import { type StepTimes, timeSteps } from "./step-times.ts";
import { timeWays, type WayTimes } from "./ways.ts";

/** Where a step's time goes on one provider. */
export interface Overhead extends StepTimes {
  readonly where: string;
  readonly batchSize: number;
  /** Share of ONNX Runtime's time that its kernels take with the profiler on; null where it has none. */
  readonly kernelShare: number | null;
  /** What the step's nodes would take if their kernels did next to nothing; null on a GPU, where the host does not wait for them. */
  readonly nodesMs: number | null;
}

export interface Ways {
  readonly where: string;
  readonly times: readonly WayTimes[];
}

const STEPS = 30;
const SOFTWARE_GPU_STEPS = 5;
const vgg = (batchSize: number): ProgramSpec => ({
  network: { family: "vgg", depth: 11, width: 1 / 8, head: "linear" },
  normalization: "batch",
  batchSize,
});

/** The loop against ONNX Runtime's time in it, provider by provider, and the ways for a batch to reach the device. */
export async function measureOverhead(note: (text: string) => void): Promise<{ overheads: Overhead[]; ways: Ways[] }> {
  const overheads: Overhead[] = [];
  const ways: Ways[] = [];
  let nodes = 0; // WebAssembly's optimizer is the same.
  for (const threads of [1, 2]) {
    const where = `Node, CPU, ${inThreads(threads)}`;
    note(where);
    const times = await timeSteps(nodeOrt(threads), "cpu", vgg(128), STEPS);
    const kernels = await profileKernels(vgg(128), threads, STEPS);
    nodes = kernels.nodes;
    const nodesMs = nodes * (await nodePrice(nodeOrt(threads)));
    overheads.push({ where, batchSize: 128, ...times, kernelShare: kernels.share, nodesMs });
    if (threads === 1) ways.push({ where, times: await timeWays(nodeOrt(threads), "cpu", STEPS) });
  }
  const pages = await openPages();
  try {
    for (const threads of [1, 2]) {
      const where = `WebAssembly, ${inThreads(threads)}`;
      note(where);
      const times = await steps(pages, "wasm", threads, vgg(128), STEPS);
      const price = await inPage(pages, (page) => page.evaluate(([threads]) => window.nodePrice(threads), [threads] as const));
      overheads.push({ where, batchSize: 128, ...times, kernelShare: null, nodesMs: nodes * price });
      if (threads === 1)
        ways.push({
          where,
          times: await inPage(pages, (page) => page.evaluate(([rounds]) => window.timeWays("wasm", 1, rounds), [STEPS] as const)),
        });
    }
    note("WebGPU");
    const onGpu = await steps(pages, "webgpu", 1, vgg(GPU_BATCH), SOFTWARE_GPU_STEPS);
    overheads.push({ where: "WebGPU in Chromium", batchSize: GPU_BATCH, ...onGpu, kernelShare: null, nodesMs: null });
    note("WebGPU, ways");
    ways.push({
      where: "WebGPU in Chromium",
      times: await inPage(pages, (page) =>
        page.evaluate(([rounds]) => window.timeWays("webgpu", 1, rounds), [SOFTWARE_GPU_STEPS * 2] as const),
      ),
    });
  } finally {
    await pages.close();
  }
  return { overheads, ways };
}

type Page = Awaited<ReturnType<Pages["browser"]["newPage"]>>;

const steps = (pages: Pages, provider: "wasm" | "webgpu", threads: number, spec: ProgramSpec, count: number) =>
  inPage(pages, (page) =>
    page.evaluate(([provider, threads, spec, count]) => window.timeSteps(provider, threads, spec, count), [
      provider,
      threads,
      spec,
      count,
    ] as const),
  );

/** ONNX Runtime starts once in a page: every measurement has its own. */
async function inPage<T>(pages: Pages, measure: (page: Page) => Promise<T>): Promise<T> {
  const page = await pages.browser.newPage();
  try {
    await page.goto(`${pages.address}bench/overhead`);
    await page.waitForFunction(() => "timeWays" in globalThis);
    return await measure(page);
  } finally {
    await page.close();
  }
}
