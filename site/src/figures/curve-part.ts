import { percent, short } from "../words.ts";
import type { BandSeries } from "./band-series.ts";
import { CROWD, curvePanel, type CurveChart } from "./curve-panel.ts";
import type { FigureRow, KeyItem } from "./figure.ts";
import { fivePoints, type Part } from "./part.ts";
import { paperAt, type Series } from "./series.ts";
import { describeBands, describeSeries } from "./describe.ts";

export interface CurveQuantity {
  readonly id: string;
  /** What the rows of the files call it. */
  readonly quantity: string;
  /** What the dashed second reading is, where there is one. */
  readonly second?: string;
  /** More readings for the files that the panel does not draw, for example the same in another norm. */
  readonly alsoBands?: readonly { readonly quantity: string; readonly bands: readonly BandSeries[] }[];
}

/** A panel of curves or bands, with its words and numbers. */
export function curvePart(chart: CurveChart, { id, quantity, second, alsoBands = [] }: CurveQuantity): Part {
  const { series, bands = [], steps } = chart;
  const { spec, clipsPaper } = curvePanel(chart);
  const say = chart.y.format === "percent" ? percent : short;
  const inRange = (all: readonly { step: number }[]) => all.some(({ step }) => step <= steps);
  const showsPaper = [...series, ...bands].some(({ paper }) => inRange(paper));
  const sparse = series.length > 0 && series.every(({ paper }) => paper.filter(({ step }) => step <= steps).length < 4);
  const isCrowded = bands.length >= CROWD;
  const most = Math.max(0, ...[...series, ...bands].flatMap(({ middle }) => middle.map(({ n }) => n)));
  return {
    panel: {
      id,
      spec,
      alt: [`${chart.title} (${chart.subtitle}).`, describeSeries(series, say), describeBands(bands)].filter(Boolean).join(" "),
      hover: series.length + bands.length > 0 ? chart.y.format : null,
      title: `${chart.title} (${chart.subtitle})`,
      arms: [...series, ...bands].map(({ name, experiment, variant }) => ({ name, experiment, variant })),
    },
    key: [
      ...[...series, ...bands].map(({ name, colour }): KeyItem => ({ kind: "series", name, colour })),
      ...(series.length > 0 ? [{ kind: "interval", name: "interval, seeds" } as const] : []),
      ...(bands.length > 0
        ? [{ kind: "range", name: isCrowded ? "least to greatest" : "least to greatest, seeds" } as const]
        : []),
      ...(second ? [{ kind: "second", name: second } as const] : []),
      ...(showsPaper
        ? [
            {
              kind: sparse ? "paper-points" : "paper-line",
              name: isCrowded ? "the paper’s (of bands, the greatest)" : "the paper’s",
            } as const,
          ]
        : []),
    ],
    cells: [...series.map((one) => seriesCells(chart.title, one, say)), ...bands.map((one) => bandCells(chart.title, one, say))],
    rows: [
      ...series.flatMap((one) => seriesRows(id, quantity, one, second)),
      ...bands.flatMap((one) => bandRows(id, quantity, one)),
      ...alsoBands.flatMap((other) => other.bands.flatMap((one) => bandRows(id, other.quantity, one))),
    ],
    hasResults: most > 0,
    seeds: most,
    diverged: series.flatMap((one) => one.diverged.map(({ seed }) => `${one.variant}, seed ${seed}`)),
    showsPaper,
    clipsPaper,
  };
}

type Say = (value: number) => string;

function seriesCells(title: string, one: Series, say: Say): string[] {
  const places = fivePoints(one.middle);
  const last = one.middle.at(-1);
  const interval = last && last.low !== null && last.high !== null ? ` [${say(last.low)}, ${say(last.high)}]` : "";
  const theirs = last ? paperAt(one, last.step) : null;
  return [
    ...[title, one.name],
    ...places.slice(0, 4).map((point) => (point ? say(point.value) : "–")),
    last ? `${say(last.value)}${interval}` : "–",
    ...(last ? [last.step.toLocaleString("en"), String(last.n)] : ["–", "0"]),
    theirs === null ? "–" : say(theirs),
  ];
}

function bandCells(title: string, one: BandSeries, say: Say): string[] {
  const last = one.middle.at(-1);
  const range = (point: { low: number; high: number } | undefined) => (point ? `${say(point.low)} to ${say(point.high)}` : "–");
  return [
    ...[title, one.name],
    ...fivePoints(one.middle).map(range),
    ...(last ? [last.step.toLocaleString("en"), String(last.n)] : ["–", "0"]),
    range(last && one.paper.findLast(({ step }) => step <= last.step)),
  ];
}

const none = { seed: null, stepSize: null, low: null, high: null, seeds: 1 } as const;

function seriesRows(panel: string, quantity: string, one: Series, second: string | undefined): FigureRow[] {
  const ours = { ...none, panel, quantity, source: "this study", variant: one.variant } as const;
  return [
    ...one.middle.map(({ step, value, low, high, n }) => ({ ...ours, step, value, low, high, seeds: n })),
    ...one.seeds.map(({ seed, step, value }) => ({ ...ours, seed, step, value })),
    ...one.second.map(({ step, value }) => ({ ...ours, quantity: `${quantity}, ${second ?? "second"}`, step, value })),
    ...one.paper.map(({ step, value }) => ({ ...ours, source: "paper" as const, step, value })),
  ];
}

function bandRows(panel: string, quantity: string, one: BandSeries): FigureRow[] {
  const ours = { ...none, panel, quantity, source: "this study", variant: one.variant, value: null } as const;
  return [
    ...one.middle.map(({ step, low, high, n }) => ({ ...ours, step, low, high, seeds: n })),
    ...one.seeds.map(({ seed, step, low, high }) => ({ ...ours, seed, step, low, high })),
    ...one.paper.map(({ step, low, high }) => ({ ...ours, source: "paper" as const, step, low, high })),
  ];
}
