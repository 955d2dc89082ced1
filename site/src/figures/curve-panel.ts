import type { TopLevelSpec } from "vega-lite";
import { colour } from "../styles/palette.ts";
import type { BandSeries } from "./band-series.ts";
import { chartConfig, type Columns, emptyLayer, MARGIN, PANEL, titleLayers } from "./chart-style.ts";
import { placeLabels } from "./label-places.ts";
import { paperAt, type Series } from "./series.ts";
import { type YAxis, yScale } from "./y-scale.ts";

type Layer = Record<string, unknown>;

/** A panel of curves and bands against the step. */
export interface CurveChart {
  readonly title: string;
  /** Unit, norm, kind of axis. */
  readonly subtitle: string;
  readonly columns: Columns;
  /** End of the horizontal axis. */
  readonly steps: number;
  readonly y: YAxis;
  readonly series: readonly Series[];
  readonly bands?: readonly BandSeries[];
}

/** Paper behind, then intervals, seeds, median and names. `clipsPaper`: some of the paper's curve lies outside. */
export function curvePanel(chart: CurveChart): { readonly spec: TopLevelSpec; readonly clipsPaper: boolean } {
  const { series, bands = [], steps } = chart;
  const near = <P extends { step: number }>(points: readonly P[]) => points.filter(({ step }) => step <= steps * 1.001);
  const own = [
    ...series.flatMap((one) => [...one.seeds, ...one.middle, ...one.second].map(({ value }) => value)),
    ...bands.flatMap((one) => [...one.seeds, ...one.middle].flatMap(({ low, high }) => [low, high])),
  ];
  const theirs = [
    ...series.flatMap((one) => near(one.paper).map(({ value }) => value)),
    ...bands.flatMap((one) => near(one.paper).flatMap(({ low, high }) => [low, high])),
  ];
  const scale = yScale(chart.y, own, theirs);
  const sparse = series.length > 0 && series.every(({ paper }) => near(paper).length < 4);
  const isCrowded = bands.length >= CROWD;
  const named = <P extends object>(name: string, points: readonly P[]) => points.map((point) => ({ series: name, ...point }));
  const y = (field: string) => ({
    field,
    type: "quantitative",
    scale: {
      type: scale.kind,
      domain: scale.domain,
      nice: false,
      ...(scale.kind === "linear" ? { zero: false } : {}),
      clamp: chart.y.domain !== undefined,
    },
    axis: {
      title: null,
      values: own.length + theirs.length === 0 ? [] : scale.ticks,
      labelExpr: labelExpr(scale.ticks, scale.labels),
      format: "~g",
    },
  });
  const line = (data: string, field: string, mark: object, encoding: object = {}): Layer => ({
    data: { name: data },
    mark: { type: "line", clip: true, strokeJoin: "round", ...mark },
    encoding: { y: y(field), ...encoding },
  });
  const bySeed = { detail: { field: "seed", type: "nominal" } };
  const layers: (Layer | false)[] = [
    theirs.length > 0 && bands.length > 0 && !isCrowded && line("paperBand", "low", DOTTED),
    theirs.length > 0 && bands.length > 0 && line("paperBand", "high", DOTTED),
    bands.length > 0 && {
      data: { name: "band" },
      mark: { type: "area", clip: true, opacity: isCrowded ? 0.1 : 0.26 },
      encoding: { y: y("low"), y2: { field: "high" } },
    },
    bands.length > 0 && !isCrowded && line("bandSeeds", "low", THIN, bySeed),
    bands.length > 0 && !isCrowded && line("bandSeeds", "high", THIN, bySeed),
    bands.length > 0 && line("band", "low", { strokeWidth: isCrowded ? 0.9 : 1.6 }),
    bands.length > 0 && line("band", "high", { strokeWidth: 1.6 }),
    series.length > 0 && (sparse ? PAPER_POINTS(y("value")) : line("paper", "value", DOTTED)),
    series.length > 0 && {
      data: { name: "middle" },
      // Of two seeds an interval says little but fills the panel: a figure needs three, the files have it.
      transform: [{ filter: "datum.n >= 3" }],
      mark: { type: "area", clip: true, opacity: 0.17 },
      encoding: { y: y("low"), y2: { field: "high" } },
    },
    series.length > 0 && line("seeds", "value", THIN, bySeed),
    series.some(({ second }) => second.length > 0) && line("second", "value", { strokeWidth: 1.3, strokeDash: [6, 3] }),
    series.length > 0 && line("middle", "value", { strokeWidth: 2.3, strokeCap: "round" }),
    series.some(({ diverged }) => diverged.length > 0) && {
      data: { name: "diverged" },
      mark: { type: "point", shape: "cross", angle: 45, size: 60, strokeWidth: 0, filled: true, opacity: 1, clip: false },
      encoding: { y: y("value") },
    },
    ...nameLayers(y("y")),
  ];
  const datasets = {
    paperBand: bands.flatMap((one) => named(one.name, near(one.paper))),
    band: bands.flatMap((one) => named(one.name, one.middle)),
    bandSeeds: bands.flatMap((one) => named(one.name, one.seeds)),
    paper: series.flatMap((one) => named(one.name, near(one.paper))),
    middle: series.flatMap((one) =>
      named(
        one.name,
        one.middle.map((point) => ({ ...point, paper: paperAt(one, point.step) })),
      ),
    ),
    seeds: series.flatMap((one) => named(one.name, one.seeds)),
    second: series.flatMap((one) => named(one.name, one.second)),
    diverged: series.flatMap((one) => named(one.name, one.diverged)),
    names: names(chart, scale),
  };
  const width = PANEL[chart.columns].width - MARGIN.left - MARGIN.right;
  const height = PANEL[chart.columns].height - MARGIN.top - MARGIN.bottom;
  const isEmpty = own.length + theirs.length === 0;
  const used = layers.filter((layer) => layer !== false);
  const wanted = new Set(used.map((layer) => (layer.data as { name: string }).name));
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width,
    height,
    autosize: { type: "none" },
    padding: MARGIN,
    config: chartConfig,
    datasets: Object.fromEntries(
      Object.entries(datasets).flatMap(([name, rows]) => (wanted.has(name) ? [[name, rows.map(rounded)]] : [])),
    ),
    encoding: { x: xAxis(steps, chart.columns), color: seriesColour([...series, ...bands]) },
    layer: [...used, ...titleLayers(chart.title, chart.subtitle), ...(isEmpty ? [emptyLayer(width, height)] : [])],
  } as unknown as TopLevelSpec;
  return { spec, clipsPaper: scale.clipsPaper };
}

/** From so many bands on, only medians are drawn, and of the paper's bands only the upper ends. */
export const CROWD = 4;

const DOTTED = { strokeWidth: 1.5, strokeDash: [1.5, 3.5], strokeCap: "round" };
const THIN = { strokeWidth: 0.8, opacity: 0.4 };

/** Where the paper has too few points in range for a line to be honest. */
const PAPER_POINTS = (y: object): Layer => ({
  data: { name: "paper" },
  mark: { type: "point", filled: false, size: 55, strokeWidth: 1.8, clip: false },
  encoding: { y },
});

/** Steps along the horizontal axis, from 0. */
const xAxis = (end: number, columns: Columns) => ({
  field: "step",
  type: "quantitative",
  scale: { domain: [0, end], nice: false },
  axis: {
    title: "Step",
    titleAnchor: "end",
    values: (columns === "two" ? [0, 1 / 4, 1 / 2, 3 / 4, 1] : [0, 1 / 2, 1]).map((share) => Math.round(share * end)),
    format: ",d",
    labelFlush: true,
    labelOverlap: false,
  },
});

/** A colour for each name. */
const seriesColour = (series: readonly Pick<Series, "name" | "colour">[]) => ({
  field: "series",
  type: "nominal",
  legend: null,
  scale: { domain: series.map(({ name }) => name), range: series.map((one): string => colour(one.colour)) },
});

/** Labels for exactly these ticks. */
export const labelExpr = (ticks: readonly number[], labels: readonly string[]): string =>
  ticks.reduceRight((rest, tick, i) => `datum.value === ${tick} ? '${labels[i]}' : ${rest}`, "datum.label");

const NAME = { type: "text", align: "left", baseline: "middle", dx: 7, fontSize: 12, fontWeight: 600, clip: false };

/** The names at the curves' ends, on a halo that keeps them readable over other curves. */
function nameLayers(y: object): Layer[] {
  const encoding = { y, text: { field: "series" } };
  return [
    {
      data: { name: "names" },
      mark: { ...NAME, stroke: colour("page"), strokeWidth: 4, strokeJoin: "round" },
      encoding: { ...encoding, color: { value: colour("page") } },
    },
    { data: { name: "names" }, mark: NAME, encoding },
  ];
}

/** Where the names stand: at our curve's last point, or the paper's where there is none of ours. */
function names({ series, bands = [], steps, columns }: CurveChart, scale: ReturnType<typeof yScale>) {
  const ends = [
    ...series.map(({ name, middle, paper }) => ({
      name,
      own: middle.at(-1),
      theirs: paper.findLast((one) => one.step <= steps),
    })),
    ...bands.map(({ name, middle, paper }) => ({
      name,
      own: between(middle.at(-1)),
      theirs: between(paper.findLast((one) => one.step <= steps)),
    })),
  ].flatMap(({ name, own, theirs }) => {
    const end = own ?? theirs;
    return end && (scale.kind === "linear" || end.value > 0) ? [{ name, step: end.step, share: scale.share(end.value) }] : [];
  });
  const size = PANEL[columns];
  const places = placeLabels(
    ends.map(({ share }) => share),
    15 / (size.height - MARGIN.top - MARGIN.bottom),
    0.02,
    0.98,
  );
  return ends.map(({ name, step }, i) => ({ series: name, step, y: scale.at(places[i] ?? 0) }));
}

const between = (range: { step: number; low: number; high: number } | undefined) =>
  range && { step: range.step, value: range.low > 0 ? Math.sqrt(range.low * range.high) : (range.low + range.high) / 2 };

/** Four significant digits are finer than a pixel, and keep the page small. */
function rounded<Row extends object>(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === "number" ? Number(value.toPrecision(5)) : (value as unknown),
    ]),
  ) as Row;
}
