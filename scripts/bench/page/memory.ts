import { type Mark, trainLong } from "../long-training.ts";
import type { LongTraining } from "../memory.ts";
import { countGpuBuffers } from "./gpu-buffers.ts";
import { startProvider } from "./start-provider.ts";

declare global {
  interface Window {
    /** Offered by the script that drives the page: collects garbage, and says what the browser's processes hold. */
    watch(): Promise<Record<string, number>>;
    seen(mark: Mark): Promise<void>;
    trainLong(provider: "wasm" | "webgpu", training: LongTraining): Promise<void>;
  }
}

/** Every WebAssembly memory of the page: ONNX Runtime's is shared among threads and only ever grows. */
const memories: WebAssembly.Memory[] = [];
WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    memories.push(this);
  }
};

window.trainLong = async (provider, { spec, steps, every }) => {
  const gpuBytes = countGpuBuffers();
  const { ort, target } = await startProvider(provider, 1);
  await trainLong(
    ort,
    target,
    spec,
    { steps, every },
    async () => ({
      "WebAssembly memory": memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
      ...(provider === "webgpu" && { "live GPU buffers": gpuBytes().now }),
      ...(await window.watch()),
    }),
    (mark) => void window.seen(mark),
  );
};
