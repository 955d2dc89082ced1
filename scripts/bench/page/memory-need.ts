import type { ProgramSpec } from "../../../shared/nn/training.ts";
import { trainLong } from "../long-training.ts";
import { countGpuBuffers } from "./gpu-buffers.ts";
import { startProvider } from "./start-provider.ts";
import { countWasmMemory } from "./wasm-memory.ts";

declare global {
  interface Window {
    memoryNeed(provider: "wasm" | "webgpu", spec: ProgramSpec): Promise<number>;
  }
}

const wasmBytes = countWasmMemory();

/** Bytes that training and testing take at most: of GPU buffers, or of WebAssembly memory beyond an idle runtime's. */
window.memoryNeed = async (provider, spec) => {
  const gpuBytes = countGpuBuffers();
  const { ort, target } = await startProvider(provider, 1);
  const idle = wasmBytes();
  await trainLong(
    ort,
    target,
    spec,
    { steps: 2, every: 2 },
    () => Promise.resolve({}),
    () => undefined,
  );
  return provider === "webgpu" ? gpuBytes().most : wasmBytes() - idle;
};
