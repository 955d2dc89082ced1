import type { TopLevelSpec } from "vega-lite";
import { colour, type Colour } from "../styles/palette.ts";
import { chartConfig, MARGIN, PANEL } from "./chart-style.ts";
import { placeLabels } from "./label-places.ts";
import type { Arm } from "./training-arms.ts";

type Layer = Record<string, unknown>;

/** Accuracy against step over the range that was trained here: paper behind, then interval, seeds, mean and names. */
export function rangePanel(rate: number, arms: readonly Arm[], steps: number): TopLevelSpec {
  // The paper's points within the range, and one more so that its line leaves the panel instead of stopping short of its edge.
  const paper = arms.flatMap((arm) => arm.paper.filter((point) => point.step <= steps * 1.001));
  const sparse = arms.every((arm) => arm.paper.filter((point) => point.step <= steps).length < 4);
  return panel(rate, arms, [0, steps], {
    datasets: {
      paper: paper.map(rounded),
      seeds: arms.flatMap((arm) => arm.seeds).map(rounded),
      mean: arms.flatMap((arm) => arm.mean).map(rounded),
      diverged: arms.flatMap((arm) => arm.diverged).map(rounded),
      names: names(arms, steps),
    },
    layer: [
      sparse ? paperPoints(2) : paperLine,
      {
        data: { name: "mean" },
        // Of two seeds the t interval is wider than the axis more often than not: a figure needs three, the tables have it.
        transform: [{ filter: "datum.n >= 3" }],
        mark: { type: "area", opacity: 0.17 },
        encoding: { y: y("low"), y2: { field: "high" } },
      },
      {
        data: { name: "seeds" },
        mark: { type: "line", strokeWidth: 0.8, opacity: 0.4, strokeJoin: "round" },
        encoding: { y: y("accuracy"), detail: { field: "seed", type: "nominal" } },
      },
      {
        data: { name: "mean" },
        mark: { type: "line", strokeWidth: 2.4, strokeJoin: "round", strokeCap: "round" },
        encoding: { y: y("mean") },
      },
      {
        data: { name: "diverged" },
        mark: { type: "point", shape: "cross", angle: 45, size: 60, strokeWidth: 0, filled: true, opacity: 1, clip: false },
        encoding: { y: y("accuracy") },
      },
      ...nameLayers,
    ],
  });
}

/** The paper's whole curve, with the range trained here shaded and our mean in it. */
export function wholePanel(rate: number, arms: readonly Arm[], steps: number): TopLevelSpec {
  const last = Math.max(...arms.map((arm) => arm.paper.at(-1)?.step ?? 0));
  const end = Math.ceil(last / 1000) * 1000;
  const dense = arms.some((arm) => arm.paper.length > 40);
  return panel(rate, arms, [0, end], {
    datasets: {
      paper: arms.flatMap((arm) => arm.paper).map(rounded),
      mean: arms.flatMap((arm) => arm.mean).map(rounded),
      ours: [{ from: 0, to: steps, text: "trained here" }],
      names: names(
        arms.map((arm) => ({ ...arm, mean: [] })),
        end,
      ),
    },
    layer: [
      {
        data: { name: "ours" },
        mark: { type: "rect", opacity: 0.1 },
        encoding: { x: { field: "from", type: "quantitative" }, x2: { field: "to" }, color: { value: colour("ink") } },
      },
      dense
        ? { ...paperLine, mark: { type: "line", strokeWidth: 1.1, strokeJoin: "round" } }
        : { ...paperPoints(1.4), mark: { type: "line", strokeWidth: 1.2, point: { size: 18, filled: true } } },
      { data: { name: "mean" }, mark: { type: "line", strokeWidth: 2 }, encoding: { y: y("mean") } },
      ...nameLayers,
    ],
  });
}

const paperLine: Layer = {
  data: { name: "paper" },
  mark: { type: "line", strokeWidth: 1.6, strokeDash: [1.5, 3.5], strokeCap: "round" },
  encoding: { y: { field: "accuracy", type: "quantitative" } },
};

/** Where the paper has too few points in range for a line to be honest. */
const paperPoints = (strokeWidth: number): Layer => ({
  data: { name: "paper" },
  mark: { type: "point", filled: false, size: 55, strokeWidth, clip: false },
  encoding: { y: { field: "accuracy", type: "quantitative" } },
});

const nameText = { type: "text", align: "left", baseline: "middle", dx: 8, fontSize: 12, fontWeight: 600, clip: false };
const namePlace = {
  x: { field: "step", type: "quantitative" },
  y: { field: "y", type: "quantitative" },
  text: { field: "series" },
};

/** The names at the curves' ends, on a halo that keeps them readable over other curves. */
const nameLayers: Layer[] = [
  {
    data: { name: "names" },
    mark: { ...nameText, stroke: colour("page"), strokeWidth: 4, strokeJoin: "round" },
    encoding: { ...namePlace, color: { value: colour("page") } },
  },
  { data: { name: "names" }, mark: nameText, encoding: namePlace },
];

/** Where the names stand: at our curve's last point, or the paper's where there is none of ours. */
function names(arms: readonly Arm[], end: number): { series: string; step: number; y: number }[] {
  const named = arms.flatMap((arm) => {
    const ours = arm.mean.at(-1);
    const theirs = arm.paper.filter((point) => point.step <= end).at(-1);
    if (ours) return [{ series: arm.series, step: ours.step, height: ours.mean }];
    return theirs ? [{ series: arm.series, step: theirs.step, height: theirs.accuracy }] : [];
  });
  const places = placeLabels(
    named.map(({ height }) => height),
    0.08,
    0.02,
    0.98,
  );
  return named.map(({ series, step }, index) => ({ series, step, y: places[index] ?? 0 }));
}

function panel(
  rate: number,
  arms: readonly Arm[],
  domain: [number, number],
  parts: { datasets: object; layer: Layer[] },
): TopLevelSpec {
  const x = {
    field: "step",
    type: "quantitative",
    scale: { domain, nice: false },
    axis: {
      title: "Step",
      titleAnchor: "end",
      tickCount: domain[1] > 5000 ? 3 : 5,
      format: ",d",
      labelFlush: true,
      labelOverlap: false,
    },
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: PANEL.width - MARGIN.left - MARGIN.right,
    height: PANEL.height - MARGIN.top - MARGIN.bottom,
    autosize: { type: "none" },
    padding: MARGIN,
    config: chartConfig,
    title: { text: `Learning rate ${rate}` },
    datasets: parts.datasets,
    encoding: { x, color: seriesColour(arms) },
    layer: parts.layer,
  } as unknown as TopLevelSpec;
}

const y = (field: string) => ({
  field,
  type: "quantitative",
  scale: { domain: [0, 1], nice: false, clamp: true },
  axis: { title: null, format: ".0%", values: [0, 0.25, 0.5, 0.75, 1] },
});

const seriesColour = (arms: readonly Arm[]) => ({
  field: "series",
  type: "nominal",
  legend: null,
  scale: { domain: arms.map((arm) => arm.series), range: arms.map((arm): string => colour(arm.colour satisfies Colour)) },
});

/** Four digits are finer than a pixel, and keep the page small. */
function rounded<Row extends object>(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === "number" ? Math.round(value * 1e4) / 1e4 : (value as unknown),
    ]),
  ) as Row;
}
