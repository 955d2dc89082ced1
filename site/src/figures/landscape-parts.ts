import { effectiveBeta, gradientBand, lossBand, penalizedLossBand } from "../../../shared/metrics/landscape.ts";
import type { Paper, PlotQuery } from "../../../shared/paper/paper.ts";
import type { RunMetrics } from "../../../shared/protocol/snapshot.ts";
import type { Arm } from "./arms.ts";
import { bandSeriesOf } from "./band-series.ts";
import type { Columns } from "./chart-style.ts";
import { curvePart } from "./curve-part.ts";
import { fineGrid, PAPER_GRID } from "./grids.ts";
import type { Part } from "./part.ts";
import { seriesOf } from "./series.ts";

/** Where the panels of a landscape figure stand. */
export interface LandscapePlace {
  readonly id: string;
  readonly columns: Columns;
  /** The paper's figure for each panel. */
  readonly figures: { readonly loss: string; readonly gradient: string; readonly beta: string };
}

/** Loss, gradient and effective beta-smoothness along the gradient (section 3.2 of the paper), for arms of one network. */
export function landscapeParts(arms: readonly Arm[], paper: Paper, { id, columns, figures }: LandscapePlace): readonly Part[] {
  const [first] = arms;
  if (!first) return [];
  const { network } = first;
  const grid = PAPER_GRID[network];
  const random = first.plan.spec.probes?.landscape?.random ?? [];
  const { steps, weightDecay } = first.plan.spec;
  const of = ({ normalization, learningRate }: Arm): PlotQuery => ({ network, normalization, learningRate });
  const bands = (metric: (run: RunMetrics) => ReturnType<typeof lossBand>, plot?: PlotQuery) =>
    arms.map((arm) => bandSeriesOf(arm, metric, plot ? paper.band({ ...of(arm), ...plot }) : null));
  const kind = network === "vgg" ? "linear" : "log";
  const axes = network === "vgg" ? "" : ", log axis";
  const loss = network === "vgg" ? "cross-entropy" : "squared error, summed";
  return [
    curvePart(
      {
        ...{ title: "Loss along the gradient", columns, steps },
        subtitle: `${loss}${weightDecay > 0 ? " + L2 penalty" : ""}, log axis`,
        y: { kind: "log", format: "number" },
        series: [],
        bands: bands((run) => penalizedLossBand(run, grid), { figure: figures.loss, quantity: "loss-band" }),
      },
      {
        id: `${id}-loss`,
        quantity: "loss along the gradient, with penalty",
        alsoBands: [
          { quantity: "loss along the gradient, without penalty", bands: bands((run) => lossBand(run, grid)) },
          { quantity: "loss along random directions, without penalty", bands: bands((run) => lossBand(run, random, "random")) },
        ],
      },
    ),
    curvePart(
      {
        ...{ title: "Change of the gradient", columns, steps },
        subtitle: `l2 norms summed over variables${axes}`,
        y: { kind, format: "number", holds: 0 },
        series: [],
        bands: bands((run) => gradientBand(run, grid, "sum"), { figure: figures.gradient, quantity: "gradient-band" }),
      },
      {
        id: `${id}-gradient`,
        quantity: "gradient difference, sum over variables",
        alsoBands: [
          { quantity: "gradient difference, global l2 norm", bands: bands((run) => gradientBand(run, grid, "global")) },
          {
            quantity: "gradient difference along random directions, sum over variables",
            bands: bands((run) => gradientBand(run, random, "sum", "random")),
          },
        ],
      },
    ),
    curvePart(
      {
        ...{ title: "Effective β-smoothness", columns, steps },
        // The paper's panel for VGG is linear; the finer grid's values may be many times as large.
        subtitle: "greatest |g′ − g| / |step|, log axis",
        y: { kind: "log", format: "number" },
        series: arms.map((arm) =>
          seriesOf(
            arm,
            (run) => effectiveBeta(run, grid, arm.learningRate),
            paper.curve({ ...of(arm), figure: figures.beta, quantity: "beta" }),
            (run) => effectiveBeta(run, fineGrid(arm.plan), arm.learningRate),
          ),
        ),
      },
      { id: `${id}-beta`, quantity: "effective beta", second: "finer grid of step sizes" },
    ),
  ];
}
