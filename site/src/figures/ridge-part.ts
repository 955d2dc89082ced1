import { histograms } from "../../../shared/metrics/activations.ts";
import { plural, short } from "../words.ts";
import type { Arm } from "./arms.ts";
import type { Columns } from "./chart-style.ts";
import { moments } from "./histogram-moments.ts";
import { fivePoints, type Part } from "./part.ts";
import { type Ridge, ridgePanel } from "./ridge-panel.ts";

/** Histograms of a layer's activations over the training of one arm: those of its first seed that has any. */
export function ridgePart(id: string, arm: Arm, layer: number, columns: Columns): Part {
  const found = arm.runs
    .map((run) => ({ seed: run.seed, ridges: histograms(run, layer) }))
    .find(({ ridges }) => ridges.length > 0);
  const ridges = found?.ridges ?? [];
  const title = `${arm.name}, layer #${layer}`;
  const subtitle = found ? `one channel, before the non-linearity, seed ${found.seed}` : "one channel, before the non-linearity";
  return {
    panel: {
      id,
      spec: ridgePanel({ ...{ title, subtitle, columns, colour: arm.colour, ridges }, series: arm.name, seed: found?.seed ?? 0 }),
      alt: `${title}: ${describe(ridges)}`,
      hover: "ridge",
      title: `${title} (${subtitle})`,
      arms: [{ name: arm.name, experiment: arm.experiment, variant: arm.variant }],
    },
    key: [{ kind: "series", name: arm.name, colour: arm.colour }],
    cells: [cells(title, arm.name, ridges)],
    rows: ridges.flatMap(({ step, histogram: { low, high, counts } }) => {
      const width = (high - low) / counts.length;
      return counts.map((count, bin) => ({
        ...{ panel: id, quantity: `activations of layer ${layer}`, source: "this study" as const, variant: arm.variant },
        ...{
          seed: found!.seed,
          step,
          stepSize: null,
          value: count,
          low: low + bin * width,
          high: low + (bin + 1) * width,
          seeds: 1,
        },
      }));
    }),
    hasResults: ridges.length > 0,
    seeds: ridges.length > 0 ? 1 : 0,
    diverged: [],
    showsPaper: false,
    clipsPaper: false,
  };
}

function describe(ridges: readonly Ridge[]): string {
  const [first, last] = [ridges[0], ridges.at(-1)];
  if (!first || !last) return "no results yet.";
  const at = (ridge: Ridge) => {
    const { mean, deviation } = moments(ridge.histogram);
    return `mean ${short(mean, 2)} and deviation ${short(deviation, 2)} at step ${ridge.step.toLocaleString("en")}`;
  };
  return `${plural(ridges.length, "histogram")}, ${at(first)}, ${at(last)}.`;
}

function cells(title: string, name: string, ridges: readonly Ridge[]): string[] {
  const last = ridges.at(-1);
  const words = (ridge: Ridge | undefined) => {
    if (!ridge) return "–";
    const { mean, deviation } = moments(ridge.histogram);
    return `${short(mean, 2)} ± ${short(deviation, 2)}`;
  };
  return [title, name, ...fivePoints(ridges).map(words), last ? last.step.toLocaleString("en") : "–", last ? "1" : "0", "–"];
}
