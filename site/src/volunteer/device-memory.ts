import type { DeviceMemory } from "../../../shared/protocol/lease.ts";
import type { Choice } from "./provider.ts";

const GIB = 2 ** 30;
/** WebAssembly addresses 4 GiB; some of it is code, and memory that has grown cannot be cut up again. */
const WASM_BYTES = 3 * GIB;
/** Where the browser does not say how much memory the machine has. */
const UNKNOWN_BYTES = 4 * GIB;
/** A GPU that binds buffers of so many bytes has, at a cautious guess, so many times that. */
const BUFFERS = 4;

/**
 * What a browser can give to training. It does not say how much memory a GPU has, so half of the machine's stands for it, and the GPU's largest buffer bounds it: small
 * devices bind small buffers.
 * @param largestBufferBytes what a shader may bind at once; null where there is no GPU
 * @param machineGib navigator.deviceMemory, at most 8; undefined where the browser keeps it to itself
 */
export function deviceMemory(
  provider: Choice["provider"],
  largestBufferBytes: number | null,
  machineGib: number | undefined,
): DeviceMemory {
  const half = (machineGib === undefined ? UNKNOWN_BYTES : machineGib * GIB) / 2;
  if (provider === "wasm" || largestBufferBytes === null) {
    const bytes = Math.min(half, WASM_BYTES);
    return { bytes, largestBufferBytes: bytes };
  }
  return { bytes: Math.min(half, BUFFERS * largestBufferBytes), largestBufferBytes };
}
