import type { ProgramSpec } from "../../../shared/nn/training.ts";
import { nodePrice } from "../node-price.ts";
import { type StepTimes, timeSteps } from "../step-times.ts";
import { timeWays, type WayTimes } from "../ways.ts";
import { startProvider } from "./start-provider.ts";

type Provider = "wasm" | "webgpu";

declare global {
  interface Window {
    timeSteps(provider: Provider, threads: number, spec: ProgramSpec, steps: number): Promise<StepTimes>;
    nodePrice(threads: number): Promise<number>;
    timeWays(provider: Provider, threads: number, rounds: number): Promise<WayTimes[]>;
  }
}

window.timeSteps = async (provider, threads, spec, steps) => {
  const { ort, target } = await startProvider(provider, threads);
  return timeSteps(ort, target, spec, steps);
};
window.nodePrice = async (threads) => nodePrice((await startProvider("wasm", threads)).ort);
window.timeWays = async (provider, threads, rounds) => {
  const { ort, target } = await startProvider(provider, threads);
  return timeWays(ort, target, rounds);
};
