import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { openTrainer, type Ort } from "../../shared/volunteer/ort-trainer.ts";
import type { Runtime } from "../../shared/volunteer/ports.ts";
import { hostMemory } from "./host-memory.ts";

const { version } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, "../../node_modules/onnxruntime-node/package.json"), "utf8"),
) as { version: string };

/** ONNX Runtime's native CPU provider, as the trainer uses it. */
export const nodeOrt = (threads: number, options: InferenceSession.SessionOptions = {}): Ort => ({
  tensor: (values, shape) => new Tensor(values as Float32Array, shape), // the element type follows from the array
  session: async (model) => {
    const session = await InferenceSession.create(model, {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      ...options,
    });
    return {
      run: async (feeds, fetches) => session.run(feeds as Record<string, Tensor>, [...fetches]),
      release: () => session.release(),
    };
  },
  lost: new Promise(() => undefined),
});

/** The runtime of a volunteer on the command line. */
export function nodeRuntime(threads: number): Runtime {
  const ort = nodeOrt(threads);
  return {
    device: {
      provider: "cpu",
      adapter: os.cpus()[0]?.model.trim().slice(0, 120) ?? null,
      threads,
      runtime: `onnxruntime-node ${version}`,
      platform: `Node ${process.versions.node}, ${os.platform()} ${os.arch()}`,
    },
    reason: `The processor, on ${threads} ${threads === 1 ? "thread" : "threads"}.`,
    target: "cpu",
    memory: hostMemory,
    open: (program, measuring) => openTrainer(ort, program, measuring),
    close: () => Promise.resolve(),
  };
}
