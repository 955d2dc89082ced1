import type { TopLevelSpec } from "vega-lite";
import { colour } from "../styles/palette.ts";
import { chartConfig, type Columns, emptyLayer, MARGIN, PANEL, titleLayers } from "./chart-style.ts";
import { labelExpr } from "./curve-panel.ts";
import { type YAxis, yScale } from "./y-scale.ts";

/** One line for one step of training: what changed over the size of the step. */
export interface SweepLine {
  readonly step: number;
  readonly points: readonly { readonly size: number; readonly value: number }[];
  /** Seeds whose median it is; absent for the paper's. */
  readonly n?: number;
}

/** Lines over the step size, coloured from early to late in training. */
export interface SweepChart {
  readonly title: string;
  readonly subtitle: string;
  /** Whose lines they are, for who asks where one comes from. */
  readonly series: string;
  readonly columns: Columns;
  readonly kind: YAxis["kind"];
  /** Last step of the run: the end of the colours. */
  readonly steps: number;
  readonly lines: readonly SweepLine[];
  readonly paper: readonly SweepLine[];
}

/** Colours of time in the palette. */
export const TIMES = ["time0", "time1", "time2", "time3", "time4", "time5"] as const;

const timeOf = (step: number, steps: number): number => Math.min(TIMES.length - 1, Math.floor((TIMES.length * step) / steps));

export function sweepPanel(chart: SweepChart): { readonly spec: TopLevelSpec; readonly clipsPaper: boolean } {
  const values = (lines: readonly SweepLine[]) => lines.flatMap(({ points }) => points.map(({ value }) => value));
  const sizes = [...chart.lines, ...chart.paper].flatMap(({ points }) => points.map(({ size }) => size));
  const axis = { kind: chart.kind, format: "number" } as const;
  const y = yScale({ ...axis, holds: 0 }, values(chart.lines), values(chart.paper));
  const x = yScale({ ...axis, holds: 0 }, sizes, []);
  const rows = (lines: readonly SweepLine[]) =>
    lines.flatMap(({ step, points }) =>
      points.flatMap(({ size, value }) =>
        value > 0 || chart.kind === "linear"
          ? [
              {
                step,
                time: TIMES[timeOf(step, chart.steps)],
                size: Number(size.toPrecision(4)),
                value: Number(value.toPrecision(5)),
              },
            ]
          : [],
      ),
    );
  const scale = ({ domain }: typeof y) => ({
    ...{ type: chart.kind, domain, nice: false },
    ...(chart.kind === "linear" ? { zero: false } : {}),
  });
  const width = PANEL[chart.columns].width - MARGIN.left - RIGHT;
  const height = PANEL[chart.columns].height - MARGIN.top - MARGIN.bottom;
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width,
    height,
    autosize: { type: "none" },
    padding: { ...MARGIN, right: RIGHT },
    config: chartConfig,
    datasets: { paper: rows(chart.paper), lines: rows(chart.lines), places: placesOf(chart) },
    encoding: {
      x: {
        field: "size",
        type: "quantitative",
        scale: scale(x),
        axis: {
          title: "Step size",
          titleAnchor: "end",
          values: x.ticks,
          labelExpr: labelExpr(x.ticks, x.labels),
          labelFlush: true,
        },
      },
      y: {
        field: "value",
        type: "quantitative",
        scale: scale(y),
        axis: { title: null, values: y.ticks, labelExpr: labelExpr(y.ticks, y.labels) },
      },
    },
    layer: [
      {
        data: { name: "paper" },
        encoding: { detail: BY_STEP },
        mark: {
          type: "line",
          clip: true,
          stroke: colour("edge"),
          strokeWidth: 0.9,
          opacity: 0.6,
          strokeDash: [1.5, 3.5],
          strokeCap: "round",
        },
      },
      {
        data: { name: "lines" },
        mark: { type: "line", clip: true, strokeWidth: 1.4, strokeJoin: "round" },
        encoding: {
          detail: BY_STEP,
          stroke: {
            field: "time",
            type: "nominal",
            legend: null,
            scale: { domain: TIMES, range: TIMES.map((time): string => colour(time)) },
          },
        },
      },
      ...titleLayers(chart.title, chart.subtitle),
      ...(sizes.length === 0 ? [emptyLayer(width, height)] : []),
    ],
  } as unknown as TopLevelSpec;
  return { spec, clipsPaper: y.clipsPaper };
}

/** What a pointer asks for: a line, with its values at the least and the greatest size of step. */
const placesOf = ({ lines, series }: SweepChart) =>
  lines.map(({ step, points, n = 0 }) => {
    const [low, high] = [points[0]?.value ?? null, points.at(-1)?.value ?? null];
    return { series, step, low, high, n };
  });

const BY_STEP = { field: "step", type: "nominal" };

/** No names stand at the right. */
const RIGHT = 22;
