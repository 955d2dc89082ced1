import type { TopLevelSpec } from "vega-lite";
import { colour } from "../styles/palette.ts";

/** What a living chart's points are read from: curves by their middle, bands by their upper end. */
const READINGS = {
  middle: { field: "value", rows: ["value", "interval"] },
  band: { field: "high", rows: ["high", "low"] },
} as const;

/** Adds to a panel what only a living chart needs: the nearest point lights up and tells its step, value, interval, seeds, origin and the paper's value. */
export function withHover(spec: TopLevelSpec, format: "percent" | "number"): TopLevelSpec {
  const { layer, datasets = {}, ...rest } = spec as unknown as Chart;
  const data = "middle" in datasets ? "middle" : "band";
  const { field, rows } = READINGS[data];
  // On the same scale as the curves: a layer of its own kind of axis would not share it.
  const drawn = layer.find((one) => one.data.name === data && one.encoding.y?.field === field);
  const y = drawn?.encoding.y ?? { field, type: "quantitative" };
  const digits = format === "percent" ? ".1%" : ".3~g";
  const number = (name: string, title: string) => ({ field: name, type: "quantitative", format: digits, title });
  const text = (name: string, title: string) => ({ field: name, type: "nominal", title });
  const says = {
    value: number("value", "Here"),
    interval: text("interval", "Interval"),
    high: number("high", "Greatest"),
    low: number("low", "Least"),
  };
  const points = {
    data: { name: data },
    transform: [
      {
        calculate: `datum.low === null ? 'one seed: no interval' : format(datum.low, '${digits}') + ' to ' + format(datum.high, '${digits}')`,
        as: "interval",
      },
      { calculate: `!isValid(datum.paper) ? 'not in its figure' : format(datum.paper, '${digits}')`, as: "theirs" },
    ],
    params: [
      {
        name: "near",
        select: { type: "point", on: "pointermove", nearest: true, clear: "pointerout", fields: ["step", "series"] },
      },
    ],
    mark: { type: "point", filled: true, size: 55, stroke: colour("page"), strokeWidth: 1.5, cursor: "pointer" },
    encoding: {
      y,
      opacity: { condition: { param: "near", empty: false, value: 1 }, value: 0 },
      tooltip: [
        text("series", "Network"),
        { field: "step", type: "quantitative", format: ",d", title: "Step" },
        ...rows.map((row) => says[row]),
        { field: "n", type: "quantitative", title: "Seeds" },
        ...(data === "middle" ? [text("theirs", "Paper")] : []),
        ...(datasets[data]?.some((row) => "from" in row) ? [text("from", "From")] : []),
      ],
    },
  };
  return { ...rest, datasets, layer: [...layer, points] } as unknown as TopLevelSpec;
}

interface Chart {
  readonly layer: readonly LayerOf[];
  readonly datasets?: Readonly<Partial<Record<string, readonly object[]>>>;
}

interface LayerOf {
  readonly data: { readonly name: string };
  readonly encoding: { readonly y?: { readonly field?: string } };
}
