import { openOrt } from "../../../site/src/volunteer/ort-runner.ts";
import { findAdapter } from "../../../site/src/volunteer/provider.ts";
import type { ProductWork, Runner, Work } from "../contestant.ts";
import { productModel, stepRunner } from "../ours.ts";
import { offer } from "./offer.ts";

/** The volunteer's own runner, as on the site. */
async function open(provider: "wasm" | "webgpu", threads: number, work: Work): Promise<Runner> {
  const adapter = await findAdapter(navigator.gpu);
  const runtime = await openOrt(
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
  return work.kind === "product" ? product(provider, work) : stepRunner(runtime, work);
}

async function product(provider: "wasm" | "webgpu", work: ProductWork): Promise<Runner> {
  const ort = provider === "wasm" ? await import("onnxruntime-web/wasm") : await import("onnxruntime-web/jspi");
  const session = await ort.InferenceSession.create(productModel(work, provider === "wasm" ? "cpu" : "webgpu").bytes, {
    executionProviders: [provider],
  });
  const matrix = new ort.Tensor(new Float32Array(work.size ** 2).fill(0.5), [work.size, work.size]);
  return {
    async run() {
      const started = performance.now();
      const { sum } = await session.run({ a: matrix, b: matrix });
      await sum!.getData();
      return performance.now() - started;
    },
    close: () => session.release(),
  };
}

offer(open);
