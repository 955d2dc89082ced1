import { openOrt } from "../../site/src/volunteer/ort-runner.ts";
import { findAdapter } from "../../site/src/volunteer/provider.ts";
import type { DriftRun } from "./spec.ts";
import { trainStops } from "./train.ts";

/** Runs in the browser for scripts/drift.ts. */
export async function trainInBrowser(provider: "webgpu" | "wasm", run: DriftRun): Promise<number[][]> {
  const adapter = await findAdapter(navigator.gpu);
  const runtime = await openOrt(
    { provider, reason: "a measurement" },
    {
      fetch: (url, { timeoutMs: _none, ...init }) => fetch(url, init),
      origin: location.origin,
      threads: 1,
      platform: "a measurement",
      adapter: adapter?.name ?? null,
    },
    () => undefined,
  );
  const chunk = new Uint8Array(await (await fetch("/data/cifar10/train-0.bin")).arrayBuffer());
  return trainStops(runtime, run, chunk);
}

Object.assign(globalThis, { trainInBrowser });
