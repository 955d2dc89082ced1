import type { TopLevelSpec } from "vega-lite";
import { colour } from "../styles/palette.ts";

/** Adds to a panel what only a living chart needs: the nearest mean point lights up and tells its step, interval, seeds and the paper's value. */
export function withHover(spec: TopLevelSpec): TopLevelSpec {
  const { layer, ...rest } = spec as unknown as { layer: object[] };
  const points = {
    data: { name: "mean" },
    transform: [
      {
        calculate: "datum.low === null ? 'one seed: no interval' : format(datum.low, '.1%') + ' to ' + format(datum.high, '.1%')",
        as: "interval",
      },
      { calculate: "datum.paper === null ? 'not in its figure' : format(datum.paper, '.1%')", as: "theirs" },
    ],
    params: [
      {
        name: "near",
        select: { type: "point", on: "pointermove", nearest: true, clear: "pointerout", fields: ["step", "series"] },
      },
    ],
    mark: { type: "point", filled: true, size: 55, stroke: colour("page"), strokeWidth: 1.5 },
    encoding: {
      y: { field: "mean", type: "quantitative" },
      opacity: { condition: { param: "near", empty: false, value: 1 }, value: 0 },
      tooltip: [
        { field: "series", type: "nominal", title: "Network" },
        { field: "step", type: "quantitative", format: ",d", title: "Step" },
        { field: "mean", type: "quantitative", format: ".1%", title: "Mean" },
        { field: "interval", type: "nominal", title: "95% interval" },
        { field: "n", type: "quantitative", title: "Seeds" },
        { field: "theirs", type: "nominal", title: "Paper" },
      ],
    },
  };
  return { ...rest, layer: [...layer, points] } as unknown as TopLevelSpec;
}
