import { openOrt } from "../../site/src/volunteer/ort-runner.ts";
import { findAdapter } from "../../site/src/volunteer/provider.ts";
import { type Interval, trainInterval, type Trained } from "./train.ts";

/** Runs in the browser for scripts/agreement.ts. */
export async function trainInBrowser(provider: "webgpu" | "wasm", interval: Interval): Promise<Trained> {
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
  const needsImages = interval.spec.dataset === "cifar-10";
  const chunk = needsImages ? new Uint8Array(await (await fetch("/data/cifar10/train-0.bin")).arrayBuffer()) : null;
  return trainInterval(runtime, interval, chunk);
}

Object.assign(globalThis, { trainInBrowser });
