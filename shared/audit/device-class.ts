import type { Device } from "../protocol/lease.ts";

/**
 * Devices of one class compute the same bits: WebAssembly is deterministic, so the runtime's version is enough; a native processor or a GPU must
 * also be the same model (kernels are chosen by it) on the same system. The number of threads does not matter.
 */
export function deviceClass({ provider, adapter, runtime, platform }: Device): string {
  switch (provider) {
    case "wasm":
      return `wasm, ${runtime}`;
    case "cpu":
      return `cpu, ${runtime}, ${adapter ?? "unknown"}, ${platform.replace(/^Node \S+, /, "")}`;
    case "webgpu":
      return `webgpu, ${runtime}, ${adapter ?? "unknown"}, ${platform}`;
  }
}
