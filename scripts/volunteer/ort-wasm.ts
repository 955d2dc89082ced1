import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type * as OrtWeb from "onnxruntime-web";
import type { Device } from "../../shared/protocol/lease.ts";
import { openTrainer, type Ort } from "../../shared/volunteer/ort-trainer.ts";
import type { Runtime } from "../../shared/volunteer/ports.ts";
import { hostMemory } from "./host-memory.ts";

const { version } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, "../../node_modules/onnxruntime-web/package.json"), "utf8"),
) as { version: string };

/** This machine as WebAssembly on so many threads. */
export const wasmDevice = (threads: number): Device => ({
  provider: "wasm",
  adapter: null,
  threads,
  runtime: `onnxruntime-web ${version}`,
  platform: `Node ${process.versions.node}, ${os.platform()} ${os.arch()}`,
});

/**
 * ONNX Runtime Web's WebAssembly in Node: the binary that browsers run, so that it comes to the same bits as a volunteer with as many threads (how sums are cut
 * depends on that number). Once in a process: a started one cannot change its threads.
 */
export async function wasmRuntime(threads: number): Promise<Runtime> {
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  const port = wasmOrt(ort);
  return {
    device: wasmDevice(threads),
    reason: `WebAssembly on the processor, on ${threads} ${threads === 1 ? "thread" : "threads"}.`,
    target: "cpu",
    memory: hostMemory,
    open: (program, measuring) => openTrainer(port, program, measuring),
    close: () => Promise.resolve(),
  };
}

const wasmOrt = (ort: typeof OrtWeb): Ort => ({
  tensor: (values, shape) => new ort.Tensor(values as Float32Array, shape), // the element type follows from the array
  session: async (model) => {
    const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
    return {
      run: async (feeds, fetches) => session.run(feeds as Record<string, OrtWeb.Tensor>, [...fetches]),
      release: () => session.release(),
    };
  },
  lost: new Promise(() => undefined),
});
