import type { Device } from "../protocol/lease.ts";

/**
 * Devices of one class compute the same bits, as measured (docs/drift.md): the same runtime with the same number of threads, since sums are cut by it. WebAssembly is the
 * same everywhere; native code must also run on the same processor (kernels are chosen by it) and system. Null: a GPU, whose sums may be added up in another
 * order each time (atomics in some drivers' kernels).
 * @param isDouble in float64 the last bits of drawn numbers count too, and those are the JavaScript engine's (logarithm and cosine)
 */
export function deviceClass({ provider, adapter, threads, runtime, platform }: Device, isDouble = false): string | null {
  const engine = isDouble ? [platform] : [];
  switch (provider) {
    case "wasm":
      return [provider, runtime, threads, ...engine].join(", ");
    case "cpu":
      return [provider, runtime, threads, adapter ?? "unknown", platform.replace(/^Node \S+, /, ""), ...engine].join(", ");
    case "webgpu":
      return null;
  }
}
