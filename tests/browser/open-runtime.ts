import type { Runtime } from "../../shared/volunteer/ports.ts";
import { openOrt } from "../../site/src/volunteer/ort-runner.ts";
import { findAdapter } from "../../site/src/volunteer/provider.ts";

/** The volunteer's own runtime in a test's page, with two threads. */
export async function openRuntime(provider: "webgpu" | "wasm"): Promise<Runtime> {
  const adapter = await findAdapter(navigator.gpu);
  return openOrt(
    { provider, reason: "a test" },
    {
      fetch: (url, { timeoutMs: _none, ...init }) => fetch(url, init),
      origin: location.origin,
      threads: 2,
      platform: "a test",
      adapter: adapter?.name ?? null,
    },
    () => undefined,
  );
}
