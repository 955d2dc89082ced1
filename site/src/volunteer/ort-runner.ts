import type * as OrtWeb from "onnxruntime-web";
import type { InferenceSession, Tensor } from "onnxruntime-web";
import { targetOf } from "../../../shared/nn/target.ts";
import type { Device, DeviceMemory } from "../../../shared/protocol/lease.ts";
import type { Fetch } from "../../../shared/volunteer/http.ts";
import { Failure } from "../../../shared/volunteer/outcomes.ts";
import { type Ort, openTrainer } from "../../../shared/volunteer/ort-trainer.ts";
import type { Progress, Runtime } from "../../../shared/volunteer/ports.ts";
import type { Choice } from "./provider.ts";
import { fetchRuntime } from "./runtime-assets.ts";

/** The only file of the site that knows ONNX Runtime Web. */
type OrtModule = typeof OrtWeb;

/** A JavaScript bundle and the WebAssembly it drives. */
interface Build {
  readonly load: () => Promise<OrtModule>;
  readonly file: string;
}

const PLAIN: Build = { load: () => import("onnxruntime-web/wasm"), file: "ort-wasm-simd-threaded" };
const SUSPENDING: Build = { load: () => import("onnxruntime-web/jspi"), file: "ort-wasm-simd-threaded.jspi" };
const ASYNCIFY: Build = { load: () => import("onnxruntime-web/webgpu"), file: "ort-wasm-simd-threaded.asyncify" };

export interface Surroundings {
  readonly fetch: Fetch;
  /** Where /ort is served, for example "https://example.org". */
  readonly origin: string;
  readonly threads: number;
  readonly platform: string;
  /** The GPU's name, or null. */
  readonly adapter: string | null;
  /** What the device can give to training. */
  readonly memory?: DeviceMemory;
}

/** The runtime of a volunteer: trains compiled programs on the chosen provider. */
export async function openOrt(choice: Choice, surroundings: Surroundings, progress: Progress): Promise<Runtime> {
  const { ort, device, close } = await startOrt(choice, surroundings, progress);
  return {
    device,
    reason: choice.reason,
    target: targetOf(device),
    ...(surroundings.memory && { memory: () => surroundings.memory! }),
    open: (program, measuring) => openTrainer(ort, program, measuring),
    close,
  };
}

/** Starts ONNX Runtime Web on the chosen provider. Once in a Web Worker: a second start needs a fresh one. */
export async function startOrt(
  { provider }: Choice,
  surroundings: Surroundings,
  progress: Progress,
): Promise<{ ort: Ort; device: Device; close: () => Promise<void> }> {
  const { fetch, origin, adapter, platform } = surroundings;
  const threads = provider === "wasm" ? surroundings.threads : 1;
  const build = provider === "wasm" ? PLAIN : "Suspending" in WebAssembly ? SUSPENDING : ASYNCIFY;
  const ort = await load(build);
  const version = ort.env.versions.web ?? ort.env.versions.common;
  const folder = `${origin}/ort/${version}`;
  ort.env.wasm.wasmBinary = await fetchRuntime(fetch, `${folder}/${build.file}`, progress);
  ort.env.wasm.wasmPaths = { mjs: `${folder}/${build.file}.mjs` };
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  const lost = Promise.withResolvers<string>();
  const device: Device = { provider, adapter, threads, runtime: `onnxruntime-web ${version}`, platform };
  const last = new LastSession();
  return { ort: port(ort, provider, lost, last), device, close: () => last.release() };
}

async function load({ load: code }: Build): Promise<OrtModule> {
  return code().catch((error: unknown) => {
    throw new Failure(
      "The training runtime's code could not be loaded.",
      "Check the connection, reload the page and press start again.",
      {
        cause: error,
      },
    );
  });
}

/** The GPU's device is destroyed with the last session on it: that one is kept until there is another. */
class LastSession {
  #open = 0;
  #kept: InferenceSession | null = null;

  async opened(): Promise<void> {
    this.#open++;
    await this.release();
  }

  async closed(session: InferenceSession): Promise<void> {
    if (--this.#open === 0) this.#kept = session;
    else await session.release();
  }

  async release(): Promise<void> {
    const kept = this.#kept;
    this.#kept = null;
    await kept?.release();
  }
}

function port(ort: OrtModule, provider: Choice["provider"], lost: PromiseWithResolvers<string>, last: LastSession): Ort {
  let watched = false;
  return {
    lost: lost.promise,
    tensor: (values, shape) => new ort.Tensor(values as Float32Array, shape), // the element type follows from the array
    session: async (model, resident) => {
      const session = await ort.InferenceSession.create(
        model,
        provider === "webgpu" ? onGpu(resident) : { executionProviders: ["wasm"] },
      );
      await last.opened();
      if (provider === "webgpu" && !watched) {
        watched = true;
        void Promise.resolve(ort.env.webgpu.device)
          .then(({ lost: gone }) => gone)
          .then((info) => lost.resolve(info.message || `the GPU was lost (${info.reason})`));
      }
      return {
        run: (feeds, fetches) => session.run(feeds as Record<string, Tensor>, [...fetches]),
        release: () => last.closed(session),
      };
    },
  };
}

/** Outputs that stay on the GPU, and an error instead of a silent detour over the processor. */
const onGpu = (resident: readonly string[]): InferenceSession.SessionOptions => ({
  executionProviders: [{ name: "webgpu" }],
  ...(resident.length > 0 && { preferredOutputLocation: Object.fromEntries(resident.map((name) => [name, "gpu-buffer"])) }),
  extra: { session: { disable_cpu_ep_fallback: "1" } },
});
