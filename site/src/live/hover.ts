import type { TopLevelSpec } from "vega-lite";
import { colour } from "../styles/palette.ts";

/** Adds to a panel what only a living chart needs: the nearest point lights up and tells its step, interval, seeds and the paper's value. */
export function withHover(spec: TopLevelSpec, format: "percent" | "number"): TopLevelSpec {
  const { layer, ...rest } = spec as unknown as { layer: LayerOf[]; datasets?: { middle?: readonly object[] } };
  const saysFrom = rest.datasets?.middle?.some((row) => "from" in row) ?? false;
  // On the same scale as the curves: a layer of its own kind of axis would not share it.
  const y = layer.find(({ data }) => data.name === "middle")?.encoding.y ?? { field: "value", type: "quantitative" };
  const digits = format === "percent" ? ".1%" : ".3~g";
  const points = {
    data: { name: "middle" },
    transform: [
      {
        calculate: `datum.low === null ? 'one seed: no interval' : format(datum.low, '${digits}') + ' to ' + format(datum.high, '${digits}')`,
        as: "interval",
      },
      { calculate: `datum.paper === null ? 'not in its figure' : format(datum.paper, '${digits}')`, as: "theirs" },
    ],
    params: [
      {
        name: "near",
        select: { type: "point", on: "pointermove", nearest: true, clear: "pointerout", fields: ["step", "series"] },
      },
    ],
    mark: { type: "point", filled: true, size: 55, stroke: colour("page"), strokeWidth: 1.5 },
    encoding: {
      y,
      opacity: { condition: { param: "near", empty: false, value: 1 }, value: 0 },
      tooltip: [
        { field: "series", type: "nominal", title: "Network" },
        { field: "step", type: "quantitative", format: ",d", title: "Step" },
        { field: "value", type: "quantitative", format: digits, title: "Here" },
        { field: "interval", type: "nominal", title: "Interval" },
        { field: "n", type: "quantitative", title: "Seeds" },
        { field: "theirs", type: "nominal", title: "Paper" },
        ...(saysFrom ? [{ field: "from", type: "nominal", title: "From" }] : []),
      ],
    },
  };
  return { ...rest, layer: [...layer, points] } as unknown as TopLevelSpec;
}

interface LayerOf {
  readonly data: { readonly name: string };
  readonly encoding: { readonly y?: object };
}
