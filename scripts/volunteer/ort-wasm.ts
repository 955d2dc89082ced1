import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as ort from "onnxruntime-web";
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
export function wasmRuntime(threads: number): Runtime {
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  return {
    device: wasmDevice(threads),
    reason: `WebAssembly on the processor, on ${threads} ${threads === 1 ? "thread" : "threads"}.`,
    target: "cpu",
    memory: hostMemory,
    open: (program, measuring) => openTrainer(wasmOrt, program, measuring),
    close: () => Promise.resolve(),
  };
}

const wasmOrt: Ort = {
  tensor: (values, shape) => new ort.Tensor(values as Float32Array, shape), // the element type follows from the array
  session: async (model) => {
    const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
    return {
      run: async (feeds, fetches) => session.run(feeds as Record<string, ort.Tensor>, [...fetches]),
      release: () => session.release(),
    };
  },
  lost: new Promise(() => undefined),
};
