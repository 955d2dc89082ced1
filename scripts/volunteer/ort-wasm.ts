import os from "node:os";
import * as ort from "onnxruntime-web/wasm";
import { openTrainer, type Ort } from "../../shared/volunteer/ort-trainer.ts";
import type { Runtime } from "../../shared/volunteer/ports.ts";
import { hostMemory } from "./host-memory.ts";

/**
 * ONNX Runtime Web's WebAssembly in Node: the same binary as in browsers, so it comes to the same bits as volunteers who train with it.
 * The first call in a process decides about threads. @param threads they do not change the bits (`npm run calibration` measures it)
 */
export function wasmRuntime(threads: number): Runtime {
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  return {
    device: {
      provider: "wasm",
      adapter: null,
      threads,
      runtime: `onnxruntime-web ${ort.env.versions.web ?? ort.env.versions.common}`,
      platform: `Node ${process.versions.node}, ${os.platform()} ${os.arch()}`,
    },
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
