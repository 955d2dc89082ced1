import { measuredOn } from "./document.ts";
import { markdown, percent } from "./table.ts";
import { type Throttled, WINDOWS } from "./throttle.ts";

const NAMES = { webgpu: "WebGPU", wasm: "WebAssembly" } as const;

/** docs/bench.md's section. */
export function throttleSection(measured: readonly Throttled[], command: string, busy: number): string {
  const load = ({ gpuProcess, others }: Throttled) => gpuProcess + others;
  const whole = (provider: Throttled["provider"]) => measured.find((one) => one.provider === provider && one.duty === 1)!;
  return `# What the throttle does

${measuredOn(command, busy)} A visitor on the donate page trains VGG-16 at width 1/32 with BatchNorm, batch 8, and changes how much of the device may be used while it trains. Each share is measured
from one measurement to a later one, so that all of them do the same work (${windows}). Processor seconds a second are of all of Chromium's processes, as Linux counts them.

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

With several threads it works and rests for longer at a time, a second of rest or more. ONNX Runtime's idle threads look for work 2^20 times before they sleep: the thread of its pool took up to 40 ms of the processor after a run on WebAssembly, the thread
that trains slept at once. No option of a session changes that (tried: \`allow_spinning\`, \`force_spinning_stop\`, \`spin_duration_us\`, \`spin_backoff_max\`), since the pool is the module's. When the rests came after every step and every pass of a
measurement, they were too short for it to sleep, and shares of 50, 25 and 10 % left 78, 60 and 49 % of the processors' time.`;
}

const windows = (["wasm", "webgpu"] as const)
  .map((provider) => {
    const { measurements, rounds } = WINDOWS[provider];
    const tests = provider === "wasm" ? "and the tests among them" : "and no test, which takes minutes there";
    return `${measurements} on ${NAMES[provider]} ${tests}, ${rounds === 1 ? "once" : "twice"}`;
  })
  .join("; ");
