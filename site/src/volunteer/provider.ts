import { MAX_GPU_LOSSES } from "../../../shared/volunteer/outcomes.ts";
import { adapterName } from "../../../shared/nn/target.ts";

/** What the browser shows of its GPU; null where it has none. */
export interface Adapter {
  readonly name: string;
  /** Emulated on the processor. */
  readonly isFallback: boolean;
  /** The largest buffer that it makes and a shader may bind. */
  readonly largestBufferBytes: number;
}

export interface Choice {
  readonly provider: "webgpu" | "wasm";
  /** In a sentence, for the page. */
  readonly reason: string;
}

/** Of a GPU's name, as the protocol has it. */
const MOST_CHARACTERS = 120;

/**
 * Where to compute: on the GPU where there is a real one, else with WebAssembly.
 * @param adapter null: WebGPU found none; undefined: the browser has no WebGPU
 * @param asked by the settings, or by the address
 */
export function chooseProvider(adapter: Adapter | null | undefined, asked: Choice["provider"] | null, losses: number): Choice {
  const wasm = (because: string): Choice => ({ provider: "wasm", reason: `WebAssembly on the processor: ${because}.` });
  if (asked === "wasm") return wasm("you asked for it");
  if (adapter === undefined) return wasm("this browser has no WebGPU");
  if (adapter === null) return wasm("WebGPU finds no GPU here");
  if (losses >= MAX_GPU_LOSSES) return wasm(`the GPU was lost ${losses} times`);
  if (asked === "webgpu") return { provider: "webgpu", reason: `WebGPU on ${adapter.name}: you asked for it.` };
  if (adapter.isFallback) return wasm("WebGPU offers only a GPU emulated in software, which is slower");
  return { provider: "webgpu", reason: `WebGPU on ${adapter.name}.` };
}

/** The adapter that WebGPU would give. */
export async function findAdapter(gpu: GPU | undefined): Promise<Adapter | null | undefined> {
  if (!gpu) return undefined;
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) return null;
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const shown = [vendor, architecture, description].filter(Boolean).join(" ") || "an unnamed GPU";
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  return {
    name: adapterName(shown, isFallbackAdapter, MOST_CHARACTERS),
    isFallback: isFallbackAdapter,
    largestBufferBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize),
  };
}
