import { largestBytes, largestTileBytes, peakBytes } from "../graph/peak-bytes.ts";
import type { Provider } from "../protocol/lease.ts";
import type { ProgramSpec } from "./network.ts";
import { trainStep } from "./training.ts";

/** What a device must have to train a network, in bytes. */
export interface MemoryNeed {
  readonly bytes: number;
  /** The largest single tensor: WebGPU binds it as one buffer. */
  readonly largestBufferBytes: number;
}

/**
 * What providers take besides a step's own values: the runtime itself, and how much more their allocators hold than is alive at once. Upper bounds of what
 * was measured (docs/bench.md, "Memory, predicted and measured").
 */
const RUNTIME: Readonly<Record<Provider, { readonly bytes: number; readonly factor: number }>> = {
  cpu: { bytes: 64e6, factor: 3.5 },
  wasm: { bytes: 32e6, factor: 2 },
  webgpu: { bytes: 16e6, factor: 2.5 },
};

/** Measuring runs other models beside the step, with allocators of their own. */
const WITH_PROBES = 2;

/** Memory to train (and test) a network on a provider, known from its shapes before anything is downloaded or compiled. */
export function memoryNeed(spec: ProgramSpec & { readonly probes?: unknown }, provider: Provider): MemoryNeed {
  const { bytes, factor } = RUNTIME[provider];
  const models = spec.probes === undefined ? 1 : WITH_PROBES;
  const step = Object.values(trainStep(spec));
  // The native arena keeps room for tiles besides: they fit into no room that others leave (VGG-11 at width 1/2: 114 to 130 MB more than without tiles).
  const alive = peakBytes(step) + (provider === "cpu" ? largestTileBytes(step) : 0);
  return { bytes: Math.ceil(bytes + factor * models * alive), largestBufferBytes: largestBytes(step) };
}
