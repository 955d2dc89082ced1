import type { ProgramSpec } from "../../../shared/nn/training.ts";
import { type StepTimes, timeSteps } from "../step-times.ts";
import { timeWays, type WayTimes } from "../ways.ts";
import { startProvider } from "./start-provider.ts";

type Provider = "wasm" | "webgpu";

declare global {
  interface Window {
    timeSteps(provider: Provider, threads: number, spec: ProgramSpec, steps: number): Promise<StepTimes>;
    timeWays(provider: Provider, threads: number, rounds: number): Promise<WayTimes[]>;
  }
}

const target = (provider: Provider) => (provider === "webgpu" ? "webgpu" : "cpu");

window.timeSteps = async (provider, threads, spec, steps) =>
  timeSteps(await startProvider(provider, threads), target(provider), spec, steps);
window.timeWays = async (provider, threads, rounds) => timeWays(await startProvider(provider, threads), target(provider), rounds);
