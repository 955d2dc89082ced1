import { measuredOn } from "./document.ts";
import { markdown, percent } from "./table.ts";
import type { Throttled } from "./throttle.ts";

const NAMES = { webgpu: "WebGPU", wasm: "WebAssembly" } as const;

/** docs/bench.md's section. */
export function throttleSection(measured: readonly Throttled[], command: string, busy: number): string {
  const load = ({ gpuProcess, others }: Throttled) => gpuProcess + others;
  const whole = (provider: Throttled["provider"]) => measured.find((one) => one.provider === provider && one.duty === 1)!;
  return `# What the throttle does

${measuredOn(command, busy)} A visitor on the donate page trains VGG-16 at width 1/32 with BatchNorm, batch 8, and changes how much of the device may be used while it trains. Rests come after
every step and every pass of a measurement. Medians of alternating windows; processor seconds a second are of all of Chromium's processes, as Linux counts them.

${markdown([
  ["", "share chosen", "steps/s", "against 100%", "processor s/s", "of it GPU process", "against 100%"],
  ...measured.map((one) => [
    NAMES[one.provider],
    percent(one.duty),
    one.stepsPerSecond.toFixed(1),
    percent(one.stepsPerSecond / whole(one.provider).stepsPerSecond),
    load(one).toFixed(2),
    one.gpuProcess.toFixed(2),
    percent(load(one) / load(whole(one.provider))),
  ]),
])}

The machine has no GPU: Chromium computes WebGPU in its GPU process, on the processor, so that the load that a GPU would bear is seen there. The share is of the time; what the page itself costs (drawing, messages, the network)
is not throttled and stands in the processor's seconds.

On WebAssembly a processor stays half busy through the rests: with two threads ONNX Runtime waits for its next run in a loop, and \`session.force_spinning_stop\` does not change that (tried: 78, 59 and 44 %), since the pool is the module's and not the session's.`;
}
