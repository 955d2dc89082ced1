import type { TopLevelSpec } from "vega-lite";
import type { Panel } from "../figures/figure.ts";
import { colour } from "../styles/palette.ts";

/** What a living chart's points are read from: curves by their middle, bands by their upper end. */
const READINGS = {
  middle: { field: "value", rows: ["value", "interval"] },
  band: { field: "high", rows: ["high", "low"] },
} as const;

const number = (name: string, title: string, format = ".3~g") => ({ field: name, type: "quantitative", format, title });
const text = (name: string, title: string) => ({ field: name, type: "nominal", title });

/**
 * Adds to a panel what only a living chart needs: the nearest point lights up and tells its step, what is drawn there, its seeds, who trained and who
 * checked them.
 */
export function withHover(spec: TopLevelSpec, hover: NonNullable<Panel["hover"]>): TopLevelSpec {
  const { layer, datasets = {}, ...rest } = spec as unknown as Chart;
  const points = hover === "ridge" ? ridgePoints(layer) : hover === "sweep" ? sweepPoints() : curvePoints(layer, datasets, hover);
  const known = ["middle", "band", "places"].some((name) => datasets[name]?.some((row) => "from" in row));
  const { tooltip, ...encoding } = points.encoding;
  const asked = {
    ...points,
    params: [
      { name: "near", select: { type: "point", on: "pointermove", nearest: true, clear: "pointerout", fields: points.by } },
    ],
    mark: { type: "point", filled: true, size: 55, stroke: colour("page"), strokeWidth: 1.5, cursor: "pointer" },
    encoding: {
      ...encoding,
      opacity: { condition: { param: "near", empty: false, value: 1 }, value: 0 },
      tooltip: [
        text("series", "Network"),
        number("step", "Step", ",d"),
        ...tooltip,
        ...(known ? [text("from", "From"), text("checked", "Audit")] : []),
      ],
    },
  };
  return { ...rest, datasets, layer: [...layer, asked] } as unknown as TopLevelSpec;
}

interface Points {
  readonly data: { readonly name: string };
  readonly transform?: readonly object[];
  /** Fields by which a point is the nearest. */
  readonly by: readonly string[];
  readonly encoding: { readonly tooltip: readonly object[]; readonly [channel: string]: unknown };
}

function curvePoints(layer: Chart["layer"], datasets: NonNullable<Chart["datasets"]>, format: "percent" | "number"): Points {
  const data = "middle" in datasets ? "middle" : "band";
  const { field, rows } = READINGS[data];
  // On the same scale as the curves: a layer of its own kind of axis would not share it.
  const drawn = layer.find((one) => one.data.name === data && one.encoding?.y?.field === field);
  const digits = format === "percent" ? ".1%" : ".3~g";
  const says = {
    value: number("value", "Here", digits),
    interval: text("interval", "Interval"),
    high: number("high", "Greatest", digits),
    low: number("low", "Least", digits),
  };
  const interval = `datum.low === null ? 'one seed: no interval' : format(datum.low, '${digits}') + ' to ' + format(datum.high, '${digits}')`;
  return {
    data: { name: data },
    by: ["step", "series"],
    transform: [
      { calculate: interval, as: "interval" },
      { calculate: `!isValid(datum.paper) ? 'not in its figure' : format(datum.paper, '${digits}')`, as: "theirs" },
    ],
    encoding: {
      y: drawn?.encoding?.y ?? { field, type: "quantitative" },
      tooltip: [
        ...rows.map((row) => says[row]),
        number("n", "Seeds", "d"),
        ...(data === "middle" ? [text("theirs", "Paper")] : []),
      ],
    },
  };
}

/** The mean of each histogram, in its row. */
function ridgePoints(layer: Chart["layer"]): Points {
  const { y } = layer.find((one) => one.data.name === "ridges")?.encoding ?? {};
  return {
    data: { name: "places" },
    by: ["step"],
    transform: [{ calculate: "(datum.high - datum.low) / 2", as: "deviation" }],
    encoding: {
      y: { ...y, field: "row" },
      tooltip: [number("value", "Mean"), number("deviation", "Deviation"), number("seed", "Seed", "d")],
    },
  };
}

/** All points of the line that has the nearest one. */
const sweepPoints = (): Points => ({
  data: { name: "lines" },
  by: ["step"],
  transform: [{ lookup: "step", from: { data: { name: "places" }, key: "step", fields: ["series", "n", "from", "checked"] } }],
  encoding: { tooltip: [number("size", "Step size"), number("value", "Change"), number("n", "Seeds", "d")] },
});

interface Chart {
  readonly layer: readonly LayerOf[];
  readonly datasets?: Readonly<Partial<Record<string, readonly object[]>>>;
}

interface LayerOf {
  readonly data: { readonly name: string };
  readonly encoding?: { readonly y?: { readonly field?: string } };
}
