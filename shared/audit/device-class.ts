import type { Device } from "../protocol/lease.ts";

/**
 * Devices of one class compute the same bits: WebAssembly is deterministic, so the runtime's version is enough; a native processor must also be the
 * same model (kernels are chosen by it) on the same system. The number of threads does not matter. Null: a GPU, whose sums may be added
 * up in another order each time (atomics in some drivers' kernels).
 */
export function deviceClass({ provider, adapter, runtime, platform }: Device): string | null {
  switch (provider) {
    case "wasm":
      return `wasm, ${runtime}`;
    case "cpu":
      return `cpu, ${runtime}, ${adapter ?? "unknown"}, ${platform.replace(/^Node \S+, /, "")}`;
    case "webgpu":
      return null;
  }
}
