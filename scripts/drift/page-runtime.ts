import { openOrt } from "../../site/src/volunteer/ort-runner.ts";
import { findAdapter } from "../../site/src/volunteer/provider.ts";

/** ONNX Runtime as a visitor's browser runs it, in a page that measures. */
export async function openPageRuntime(provider: "webgpu" | "wasm", threads = 1) {
  const adapter = await findAdapter(navigator.gpu);
  return openOrt(
    { provider, reason: "a measurement" },
    {
      fetch: (url, { timeoutMs: _none, ...init }) => fetch(url, init),
      origin: location.origin,
      threads,
      platform: "a measurement",
      adapter: adapter?.name ?? null,
    },
    () => undefined,
  );
}
