import os from "node:os";
import type { DeviceMemory } from "../../shared/protocol/lease.ts";

/** Of what is free now; the rest is for what else the machine does meanwhile. */
const SHARE = 0.75;
/** Systems that use free memory for caches call little of it free, and give it back when it is wanted. */
const LEAST_SHARE = 0.25;

/** What this machine (or its container) can give to training now. */
export function hostMemory(): DeviceMemory {
  const limit = process.constrainedMemory() || Infinity;
  const all = Math.min(os.totalmem(), limit);
  const bytes = Math.max(1, Math.floor(Math.max(SHARE * Math.min(process.availableMemory(), all), LEAST_SHARE * all)));
  return { bytes, largestBufferBytes: bytes };
}
