import { openPageRuntime } from "../drift/page-runtime.ts";
import { type Interval, trainInterval, type Trained } from "./train.ts";

/** Runs in the browser for scripts/agreement.ts. */
export async function trainInBrowser(provider: "webgpu" | "wasm", interval: Interval): Promise<Trained> {
  const runtime = await openPageRuntime(provider);
  const needsImages = interval.spec.dataset === "cifar-10";
  const chunk = needsImages ? new Uint8Array(await (await fetch("/data/cifar10/train-0.bin")).arrayBuffer()) : null;
  return trainInterval(runtime, interval, chunk);
}

Object.assign(globalThis, { trainInBrowser });
