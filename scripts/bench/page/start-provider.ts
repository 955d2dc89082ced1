import type { Ort } from "../../../shared/volunteer/ort-trainer.ts";
import { startOrt } from "../../../site/src/volunteer/ort-runner.ts";

/** ONNX Runtime as the site starts it; once in a page. */
export async function startProvider(provider: "wasm" | "webgpu", threads: number): Promise<Ort> {
  const surroundings = {
    fetch: (url: string, { timeoutMs: _none, ...init }: RequestInit & { timeoutMs?: number }) => fetch(url, init),
    origin: location.origin,
    threads,
    platform: "a measurement",
    adapter: null,
  };
  return (await startOrt({ provider, reason: "a measurement" }, surroundings, () => undefined)).ort;
}
