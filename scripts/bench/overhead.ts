import type { ProgramSpec } from "../../shared/nn/training.ts";
import { nodeOrt } from "../volunteer/ort-node.ts";
import { openPages, type Pages } from "./browser.ts";
import { inThreads } from "./contestant.ts";
import { GPU_BATCH } from "./peers.ts";
import { kernelShare } from "./kernels.ts";
import { type StepTimes, timeSteps } from "./step-times.ts";
import { timeWays, type WayTimes } from "./ways.ts";

/** Where a step's time goes on one provider. */
export interface Overhead extends StepTimes {
  readonly where: string;
  readonly batchSize: number;
  /** Share of ONNX Runtime's time that its kernels take; null where it has no profiler. */
  readonly kernelShare: number | null;
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
  for (const threads of [1, 2]) {
    const where = `Node, CPU, ${inThreads(threads)}`;
    note(where);
    const times = await timeSteps(nodeOrt(threads), "cpu", vgg(128), STEPS);
    overheads.push({ where, batchSize: 128, ...times, kernelShare: await kernelShare(vgg(128), threads, STEPS) });
    if (threads === 1) ways.push({ where, times: await timeWays(nodeOrt(threads), "cpu", STEPS) });
  }
  const pages = await openPages();
  try {
    for (const threads of [1, 2]) {
      const where = `WebAssembly, ${inThreads(threads)}`;
      note(where);
      overheads.push({ where, batchSize: 128, ...(await steps(pages, "wasm", threads, vgg(128), STEPS)), kernelShare: null });
      if (threads === 1)
        ways.push({
          where,
          times: await inPage(pages, (page) => page.evaluate(([rounds]) => window.timeWays("wasm", 1, rounds), [STEPS] as const)),
        });
    }
    note("WebGPU");
    const onGpu = await steps(pages, "webgpu", 1, vgg(GPU_BATCH), SOFTWARE_GPU_STEPS);
    overheads.push({ where: "WebGPU in Chromium", batchSize: GPU_BATCH, ...onGpu, kernelShare: null });
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
