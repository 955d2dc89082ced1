import type { Race } from "./race.ts";
import { measuredOn } from "./document.ts";
import { GPU_BATCH } from "./peers.ts";
import type { Measured } from "./steps.ts";
import { failures, peaksOf, peakWords, summary, tables } from "./table.ts";

/** docs/bench.md's first section. */
export function stepSection({ processor, gpu }: Measured, command: string): string {
  const all = [...processor, ...gpu];
  const failed = failures(all);
  return `# The training step, side by side

${measuredOn(command, Math.max(0, ...all.map(({ busy }) => busy)))} That is the most of all races, seen in the pauses between rounds. Rounds alternate,
so that what disturbs one contestant disturbs all. Numbers with \\* were measured while others used more than 10 % of the processors: those are milliseconds of processor time over all
threads, which load hardly changes, and shares and ratios are of the same kind; several threads on the processor were not measurable then (-). The others are milliseconds by the clock.

One step is forward, backward and update of a VGG with a linear head on 32 x 32 images, until its loss is on the host. Milliseconds are medians. "Of peak" are the
operations of the step's convolutions and matrix products (forward and both backward directions) as a share of what the fastest plain product of two 1024 x 1024
matrices (512 x 512 for WebGPU) reaches on the same machinery. The ratio compares with this trainer on the same machinery: above 1 this trainer is faster.

## Native and WebAssembly, batch 128

${field(processor)}

TensorFlow.js cannot train convolutions on WebAssembly as it is (it has no kernel for the weights' gradient); it runs here with a gradient written for it. Its backend takes
one thread on two processors, whatever it is asked for: in a cross-origin isolated page it loads its build with threads, and still says that it has one. Asked for two it is compared
with this trainer on two, as a visitor with two processors would see them.

## WebGPU, batch ${GPU_BATCH}

On a machine without a GPU this is SwiftShader, a rasteriser in software: it says nothing about a real GPU.

${field(gpu)}
${failed.length === 0 ? "" : `\n## Failed, or left out\n\n${failed.map((line) => `- ${line}`).join("\n")}\n`}`;
}

/** The README's table. */
export const readmeTable = ({ processor, gpu }: Measured): string =>
  `${summary(steps([...processor, ...gpu]), ({ width }) => width === 1 / 8)}

In brackets: against this trainer on the same machinery, above 1 this trainer is faster. WebGPU is a rasteriser in software here. All networks, shares of the peak and what else was
measured: [docs/bench.md](docs/bench.md).`;

function field(races: readonly Race[]): string {
  const products = races.find(({ task }) => task.kind === "product");
  if (!products) return "Not measured.";
  const peaks = peaksOf(products);
  return `Peaks, GFLOP/s by the clock (by processor time): ${peakWords(peaks)}.\n\n${tables(peaks, steps(races))}`;
}

/** Races in which somebody ran: `--only` may leave one without. */
const steps = (races: readonly Race[]) => races.filter(({ task, entries }) => task.kind === "step" && entries.length > 0);
