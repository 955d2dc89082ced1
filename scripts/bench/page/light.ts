import type { ProgramSpec } from "../../../shared/nn/training.ts";
import { type StartTimes, timeStart } from "../start-times.ts";
import { startProvider } from "./start-provider.ts";

declare global {
  interface Window {
    timeStart(provider: "wasm" | "webgpu", spec: ProgramSpec): Promise<StartTimes>;
  }
}

window.timeStart = (provider, spec) => timeStart(() => startProvider(provider, 1), spec);
