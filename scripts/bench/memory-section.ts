import { measuredOn } from "./document.ts";
import type { Mark } from "./long-training.ts";
import type { Watched } from "./memory.ts";
import { slope } from "./slope.ts";
import { markdown } from "./table.ts";

/** Until here caches, arenas and compiled code still settle. */
const SETTLED = 1500;

/** docs/bench.md's section on memory over a long training. */
export function memorySection(all: readonly Watched[], command: string, busy: number): string {
  const { steps, every } = all[0]!.training;
  return `# Memory over ${steps.toLocaleString("en")} steps

${measuredOn(command, busy)} Marks every ${every} steps after garbage is collected; each mark also copies the state to the host and evaluates, as checkpoints do. The slope is that of least squares
from step ${SETTLED} on. Flat: at this slope, another ${steps.toLocaleString("en")} steps would add less than 2 % or less than 1 MB.

${markdown([["", "network", "", `at step ${SETTLED}, MB`, `at step ${steps}, MB`, "slope, kB for 1,000 steps", "verdict"], ...all.flatMap(rows)])}`;
}

function rows({ where, training: { spec, steps }, marks }: Watched): string[][] {
  const { network, batchSize } = spec;
  const settled = marks.filter(({ step }) => step >= SETTLED);
  const series = (name: string, of: (mark: Mark) => number, unit: number): string[] => {
    const perStep = slope(settled.map((mark) => [mark.step, of(mark)]));
    const [first, last] = [of(settled[0]!), of(settled.at(-1)!)];
    const digits = unit === 1 ? 0 : 1;
    return [
      where,
      `${network.family === "vgg" ? `VGG-${network.depth}, width 1/${1 / network.width}` : network.family}, batch ${batchSize}`,
      name,
      (first / unit).toFixed(digits),
      (last / unit).toFixed(digits),
      unit === 1 ? (1000 * perStep).toFixed(1) : perStep.toFixed(2),
      verdict(perStep * steps, last, unit === 1 ? 1 : 1e6),
    ];
  };
  return [
    ...Object.keys(marks[0]!.bytes).map((name) => series(name, ({ bytes }) => bytes[name]!, 1e6)),
    series("live tensors (a count)", ({ tensors }) => tensors, 1),
  ];
}

/** @param grown in so many steps more  @param level what there is  @param noise what does not count */
export const verdict = (grown: number, level: number, noise: number): "flat" | "grows" =>
  grown < Math.max(0.02 * level, noise) ? "flat" : "grows";
