import type { TopLevelSpec } from "vega-lite";
import type { Histogram } from "../../../shared/math/histogram.ts";
import { colour, type Colour } from "../styles/palette.ts";
import { short } from "../words.ts";
import { chartConfig, type Columns, emptyLayer, MARGIN, PANEL, titleLayers } from "./chart-style.ts";
import { labelExpr } from "./curve-panel.ts";
import { moments } from "./histogram-moments.ts";

export interface Ridge {
  readonly step: number;
  readonly histogram: Histogram;
}

/** Histograms over training, one behind another as in the paper: early at the back, late in front. */
export interface RidgeChart {
  readonly title: string;
  readonly subtitle: string;
  readonly columns: Columns;
  readonly colour: Colour;
  /** Whose histograms they are, for who asks where one comes from. */
  readonly series: string;
  readonly seed: number;
  /** Ascending by step. */
  readonly ridges: readonly Ridge[];
}

/** Ridges in a panel, and how many rows a peak rises over. */
const MOST_RIDGES = 24;
const RISE = 3.2;

export function ridgePanel(chart: RidgeChart): TopLevelSpec {
  const ridges = thinned(chart.ridges);
  const densities = ridges.map(({ histogram }) => density(histogram));
  const top = quantile(
    densities.map((one) => Math.max(...one.map(({ y }) => y))),
    0.8,
  );
  const [from, to] = range(ridges);
  const rows = densities.flatMap((one, row) => [
    ...one
      .filter(({ x }) => x >= from && x <= to)
      .map(({ x, y }) => ({ row, x: Number(x.toPrecision(5)), base: row, y: round(row - RISE * Math.min(1.25, y / top)) })),
  ]);
  const marked = [...new Set([0, Math.round((ridges.length - 1) / 2), ridges.length - 1])].filter((row) => ridges[row]);
  const width = PANEL[chart.columns].width - MARGIN.left - RIGHT;
  const height = PANEL[chart.columns].height - MARGIN.top - MARGIN.bottom;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width,
    height,
    autosize: { type: "none" },
    padding: { ...MARGIN, left: MARGIN.left, right: RIGHT },
    config: chartConfig,
    datasets: { ridges: rows, places: ridges.map((ridge, row) => placeOf(ridge, row, chart)) },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        scale: { domain: [from, to], nice: false, zero: false },
        axis: { title: "Activation", titleAnchor: "end", tickCount: 5, labelFlush: true },
      },
    },
    layer: [
      {
        data: { name: "ridges" },
        mark: {
          type: "area",
          fill: colour("page"),
          fillOpacity: 0.88,
          stroke: colour(chart.colour),
          strokeWidth: 1,
          strokeJoin: "round",
        },
        encoding: {
          y: {
            field: "base",
            type: "quantitative",
            scale: { domain: [Math.max(1, ridges.length) - 0.5, -RISE * 1.25], nice: false, zero: false },
            axis: {
              title: null,
              grid: false,
              values: marked,
              labelExpr: labelExpr(
                marked,
                marked.map((row) => short(ridges[row]!.step, 5)),
              ),
            },
          },
          y2: { field: "y" },
          detail: { field: "row", type: "nominal" },
        },
      },
      ...titleLayers(chart.title, chart.subtitle),
      ...(ridges.length === 0 ? [emptyLayer(width, height)] : []),
    ],
  } as unknown as TopLevelSpec;
}

/** No names stand at the right. */
const RIGHT = 18;

/** What a pointer asks for: a ridge's mean, in its row; from `low` to `high` is one deviation on either side. */
function placeOf({ step, histogram }: Ridge, row: number, { series, seed }: RidgeChart) {
  const { mean, deviation } = moments(histogram);
  const [x, low, high] = [mean, mean - deviation, mean + deviation].map((value) => Number(value.toPrecision(5)));
  return { series, seed, step, row, x, value: x, low, high, n: 1 };
}

function thinned(ridges: readonly Ridge[]): readonly Ridge[] {
  const stride = Math.ceil(ridges.length / MOST_RIDGES);
  return ridges.filter((_, index) => index % stride === 0 || index === ridges.length - 1);
}

/** A polygon's upper edge: density at the middle of each bin, zero at both ends. */
function density({ low, high, counts }: Histogram): { x: number; y: number }[] {
  const width = (high - low) / counts.length;
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  return [
    { x: low, y: 0 },
    ...counts.map((count, bin) => ({ x: low + (bin + 0.5) * width, y: count / total / width })),
    { x: high, y: 0 },
  ];
}

/** Where all but the outermost thousandth of values lies, over all ridges. */
function range(ridges: readonly Ridge[]): [number, number] {
  const inner = ridges.map(({ histogram: { low, high, counts } }) => {
    const least = counts.reduce((sum, count) => sum + count, 0) / 1000;
    const width = (high - low) / counts.length;
    const cut = (all: readonly number[]) => {
      let sum = 0;
      return all.findIndex((count) => (sum += count) > least);
    };
    return [low + cut(counts) * width, high - cut(counts.toReversed()) * width] as const;
  });
  if (inner.length === 0) return [-1, 1];
  const [from, to] = [Math.min(...inner.map(([low]) => low)), Math.max(...inner.map(([, high]) => high))];
  return from < to ? [from, to] : [from - 1, to + 1];
}

function quantile(values: readonly number[], p: number): number {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  return sorted[Math.floor(p * (sorted.length - 1))] ?? 1;
}

const round = (value: number) => Math.round(value * 1000) / 1000;
