import { targetOf } from "../../../shared/nn/target.ts";
import type { Target } from "../../../shared/nn/training.ts";
import type { Ort } from "../../../shared/volunteer/ort-trainer.ts";
import { startOrt } from "../../../site/src/volunteer/ort-runner.ts";
import { findAdapter } from "../../../site/src/volunteer/provider.ts";

/** ONNX Runtime as the site starts it, and the formulations that it is given there; once in a page. */
export async function startProvider(provider: "wasm" | "webgpu", threads: number): Promise<{ ort: Ort; target: Target }> {
  const adapter = provider === "webgpu" ? await findAdapter(navigator.gpu) : null;
  const surroundings = {
    fetch: (url: string, { timeoutMs: _none, ...init }: RequestInit & { timeoutMs?: number }) => fetch(url, init),
    origin: location.origin,
    threads,
    platform: "a measurement",
    adapter: adapter?.name ?? null,
  };
  const { ort, device } = await startOrt({ provider, reason: "a measurement" }, surroundings, () => undefined);
  return { ort, target: targetOf(device) };
}
