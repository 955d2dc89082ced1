import { openPageRuntime } from "./page-runtime.ts";
import type { DriftRun } from "./spec.ts";
import { trainStops } from "./train.ts";

/** Runs in the browser for scripts/drift.ts. */
export async function trainInBrowser(provider: "webgpu" | "wasm", run: DriftRun): Promise<number[][]> {
  const runtime = await openPageRuntime(provider);
  const chunk = new Uint8Array(await (await fetch("/data/cifar10/train-0.bin")).arrayBuffer());
  return trainStops(runtime, run, chunk);
}

Object.assign(globalThis, { trainInBrowser });
