import { BATCH, IMAGES } from "./batch-ways.ts";
import { measuredOn } from "./document.ts";
import type { Overhead, Ways } from "./overhead.ts";
import { markdown, percent, show } from "./table.ts";

/** docs/bench.md's section on where a step's time goes besides the kernels. */
export function overheadSection(overheads: readonly Overhead[], ways: readonly Ways[], command: string, busy: number): string {
  return `# Overhead outside the kernels

${measuredOn(command, busy)} VGG-11 at width 1/8 with BatchNorm, real batches, the loss read at every step (a volunteer reads one in ten). Shares come from the same runs as their
whole, so that load falls on both.

${markdown([
  [
    "",
    "batch",
    "a step of the loop, ms",
    "outside ONNX Runtime",
    "its nodes, if empty",
    "together",
    "outside its kernels, profiled",
  ],
  ...overheads.map(row),
])}

Outside ONNX Runtime is what the loop adds: the batch's images and indices, tensors made and disposed of. "Its nodes, if empty" is what ONNX Runtime takes for as many nodes as the step has
when each adds or multiplies eight numbers: finding the kernel, its memory, its inputs and outputs, and the next node. The last column is what its own profiler leaves between the kernels; it has one on the
native provider only, and its own work counts there, as does waiting for a processor.

## How a batch reaches the device

${BATCH} of ${IMAGES.toLocaleString("en")} images; models that do nothing else. Each call also takes the parameters of VGG-11 at width 1/8 in and out. Bytes are normalized
in the graph by a table of 256 numbers for each channel; WebGPU has no 8-bit tensors, so there the three bytes of a pixel lie in one int32.

${markdown([
  ["milliseconds on the host + in the call", ...ways.map(({ where }) => where)],
  ...ways[0]!.times.map(({ way }) => [
    way,
    ...ways.map(({ times }) => {
      const time = times.find((each) => each.way === way)!;
      return `${time.hostMs.toFixed(2)} + ${show(time.callMs)}`;
    }),
  ]),
])}

Several steps in one call could save at most the empty call's price for all steps but one.`;
}

function row({ where, batchSize, loopMs, runShare, kernelShare, nodesMs }: Overhead): string[] {
  const inside = nodesMs === null ? null : nodesMs / loopMs;
  return [
    where,
    String(batchSize),
    show(loopMs),
    percent(1 - runShare),
    inside === null ? "-" : percent(inside),
    inside === null ? "-" : percent(1 - runShare + inside),
    kernelShare === null ? "-" : percent(runShare * (1 - kernelShare)),
  ];
}
