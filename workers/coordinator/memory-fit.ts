import type { MemoryNeed } from "../../shared/nn/memory-need.ts";
import type { DeviceMemory } from "../../shared/protocol/lease.ts";

/** Whether a device can hold what a shard needs. */
export const fits = (need: MemoryNeed, has: DeviceMemory): boolean =>
  need.bytes <= has.bytes && need.largestBufferBytes <= has.largestBufferBytes;

/** Why a device gets nothing: what the least demanding open shard would need, and what the device has. */
export function tooLarge(need: MemoryNeed, has: DeviceMemory): string {
  const total = `about ${inWords(need.bytes)} of memory (this device can give ${inWords(has.bytes)})`;
  const piece = `${inWords(need.largestBufferBytes)} in one piece (this device: ${inWords(has.largestBufferBytes)})`;
  return `What is open here needs ${total} and ${piece}. A device with more memory can train it.`;
}

const inWords = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;
