import type { TopLevelSpec } from "vega-lite";
import { colour } from "../styles/palette.ts";
import { curvePanel } from "./curve-panel.ts";
import type { RateGroup } from "./training-arms.ts";
import type { YAxis } from "./y-scale.ts";

/** The paper's whole curve, with the range trained here shaded and ours in it. */
export function wholePanel({ rate, series }: RateGroup, steps: number, y: YAxis): TopLevelSpec {
  const end = Math.ceil(Math.max(...series.map(({ paper }) => paper.at(-1)?.step ?? 0)) / 1000) * 1000;
  const { spec } = curvePanel({
    ...{
      title: `Learning rate ${rate}`,
      subtitle: `the paper’s ${end.toLocaleString("en")} steps`,
      columns: "two",
      steps: end,
      y,
    },
    // Names stand at the ends of the paper's curves.
    series: series.map((one) => ({ ...one, seeds: [], second: [], diverged: [], middle: one.middle })),
  });
  const { layer, datasets, ...rest } = spec as unknown as { layer: object[]; datasets: object };
  const shade = {
    data: { name: "ours" },
    mark: { type: "rect", opacity: 0.1 },
    encoding: { x: { field: "from", type: "quantitative" }, x2: { field: "to" }, color: { value: colour("ink") } },
  };
  return {
    ...rest,
    datasets: { ...datasets, ours: [{ from: 0, to: steps }] },
    layer: [shade, ...layer],
  } as unknown as TopLevelSpec;
}
