import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { CDPSession } from "playwright";
import type { ProgramSpec } from "../../shared/nn/training.ts";
import { openPages, type Pages } from "./browser.ts";
import type { Mark } from "./long-training.ts";

/** A network and how long it is trained, with a mark every so many steps. */
export interface LongTraining {
  readonly spec: ProgramSpec;
  readonly steps: number;
  readonly every: number;
}

/** Where it trained, and what was seen. */
export interface Watched {
  readonly where: string;
  readonly training: LongTraining;
  readonly marks: readonly Mark[];
}

const STEPS = { steps: 5000, every: 500 } as const;
/** VGG-11 at 1/16 of the channels. */
const SMALL: LongTraining = {
  spec: { network: { family: "vgg", depth: 11, width: 1 / 16, head: "linear" }, normalization: "batch", batchSize: 32 },
  ...STEPS,
};
/** One hidden layer: a rasteriser in software takes long for each dispatch, and what a step makes and frees is the same for every network. */
const SMALLEST: LongTraining = {
  spec: { network: { family: "mlp", depth: 1, units: 8, activation: "relu" }, normalization: "batch", batchSize: 2 },
  ...STEPS,
};

/** Trains 5,000 steps in Node, on WebAssembly and on WebGPU, small networks for minutes' sake; `seen` hears of each as it ends. */
export async function watchMemory(seen: (watched: Watched) => void): Promise<Watched[]> {
  const all: Watched[] = [];
  const add = (watched: Watched) => {
    all.push(watched);
    seen(watched);
  };
  add(await inNode(SMALL));
  const pages = await openPages(["--js-flags=--expose-gc"]);
  try {
    add(await inPage(pages, "wasm", SMALL));
    add(await inPage(pages, "webgpu", SMALLEST));
  } finally {
    await pages.close();
  }
  return all;
}

async function inNode(training: LongTraining): Promise<Watched> {
  const script = path.join(import.meta.dirname, "memory-step.ts");
  const child = spawn(process.execPath, ["--expose-gc", script, JSON.stringify(training)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const marks: Mark[] = [];
  for await (const line of createInterface({ input: child.stdout })) marks.push(JSON.parse(line) as Mark);
  return { where: "Node, CPU", training, marks: complete(marks, training, "Node") };
}

async function inPage(pages: Pages, provider: "wasm" | "webgpu", training: LongTraining): Promise<Watched> {
  const page = await pages.browser.newPage();
  const [own, whole] = [await page.context().newCDPSession(page), await pages.browser.newBrowserCDPSession()];
  const marks: Mark[] = [];
  await page.exposeFunction("watch", () => browserMemory(own, whole));
  await page.exposeFunction("seen", (mark: Mark) => void marks.push(mark));
  await page.goto(`${pages.address}bench/memory`);
  await page.waitForFunction(() => "trainLong" in globalThis);
  await page.evaluate(([provider, training]) => window.trainLong(provider, training), [provider, training] as const);
  await page.close();
  const where = provider === "wasm" ? "WebAssembly in Chromium" : "WebGPU in Chromium";
  return { where, training, marks: complete(marks, training, where) };
}

/** After garbage is collected: the page's heap, and what the renderer and the GPU's process hold of the machine (Linux only). */
async function browserMemory(own: CDPSession, whole: CDPSession): Promise<Mark["bytes"]> {
  await own.send("HeapProfiler.collectGarbage");
  const { usedSize } = await own.send("Runtime.getHeapUsage");
  const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
  const resident = (type: string) =>
    Math.max(0, ...processInfo.filter((each) => each.type === type).map(({ id }) => residentBytes(id)));
  return { "JavaScript heap": usedSize, "renderer, resident": resident("renderer"), "GPU process, resident": resident("GPU") };
}

function residentBytes(pid: number): number {
  try {
    return 1024 * Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function complete(marks: readonly Mark[], { steps, every }: LongTraining, where: string): readonly Mark[] {
  if (marks.length !== steps / every) throw new Error(`memory: ${where}: got ${marks.length} marks, want ${steps / every}`);
  return marks;
}
