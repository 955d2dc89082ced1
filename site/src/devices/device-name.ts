import type { Device } from "../../../shared/protocol/lease.ts";
import { plural } from "../words.ts";

const PROVIDERS = { webgpu: "GPU (WebGPU)", wasm: "Processor (WebAssembly)", cpu: "Processor (native)" } as const;

/** "Processor (WebAssembly), 4 threads", "GPU (WebGPU), nvidia ada-lovelace" */
export const deviceName = ({ provider, adapter, threads }: Device): string =>
  [PROVIDERS[provider], adapter, threads > 1 ? plural(threads, "thread") : null].filter(Boolean).join(", ");
