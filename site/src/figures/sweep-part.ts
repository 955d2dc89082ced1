import { gradientDifference } from "../../../shared/metrics/landscape.ts";
import { overSeeds } from "../../../shared/metrics/over-seeds.ts";
import type { Sweep } from "../../../shared/paper/parse.ts";
import { short } from "../words.ts";
import type { Arm } from "./arms.ts";
import type { Columns } from "./chart-style.ts";
import { fivePoints, type Part } from "./part.ts";
import { type SweepLine, sweepPanel } from "./sweep-panel.ts";
import type { YAxis } from "./y-scale.ts";

const MOST_LINES = 25;
/** Steps that the paper's 50 lines are taken to stand for: evenly spaced, as its colour bar runs. */
const PAPER_FIRST = 100;

/** How much the gradient has changed after a step of each size, a line for each measured step of training; medians over seeds. */
export function sweepPart(
  id: string,
  arm: Arm,
  paper: Sweep | null,
  { columns, kind, paperSteps }: { columns: Columns; kind: YAxis["kind"]; paperSteps: number },
): Part {
  const { steps } = arm.plan.spec;
  const along = arm.plan.spec.probes?.landscape?.along ?? [];
  const bySize = along.map((multiple) => ({
    size: multiple * arm.learningRate,
    over: overSeeds(arm.runs.map((run) => gradientDifference(run, multiple, "sum"))),
  }));
  const all = [...new Set(bySize.flatMap(({ over }) => over.step))].sort((a, b) => a - b);
  const stride = Math.ceil(all.length / MOST_LINES);
  const lineAt = (step: number): SweepLine => ({
    ...{ step, n: Math.max(0, ...bySize.map(({ over }) => over.n[over.step.indexOf(step)] ?? 0)) },
    points: bySize.flatMap(({ size, over }) => {
      const value = over.median[over.step.indexOf(step)];
      return value === undefined ? [] : [{ size, value }];
    }),
  });
  const lines = all.filter((_, index) => index % stride === 0).map(lineAt);
  const theirs = (paper?.lines ?? [])
    .map(({ stepSize, difference }, index, { length }) => ({
      step: PAPER_FIRST + Math.round((index * (paperSteps - PAPER_FIRST)) / Math.max(1, length - 1)),
      points: stepSize.map((size, i) => ({ size, value: difference[i]! })),
    }))
    .filter(({ step }) => step <= steps);
  const title = arm.name;
  const { spec, clipsPaper } = sweepPanel({
    ...{ title, columns, kind, steps, lines, paper: theirs, series: arm.name },
    subtitle: `change of the gradient, learning rate ${short(arm.learningRate)}${kind === "log" ? ", log axes" : ""}`,
  });
  const seeds = Math.max(0, ...bySize.flatMap(({ over }) => over.n));
  return {
    panel: {
      ...{ id, spec, alt: `${title}: ${describe(lines)}`, hover: "sweep", title: `${title}, change of the gradient` },
      arms: [{ name: arm.name, experiment: arm.experiment, variant: arm.variant }],
    },
    key: [
      { kind: "time", name: `step 0 to ${steps.toLocaleString("en")}` },
      ...(theirs.length > 0 ? [{ kind: "paper-line", name: "the paper’s" } as const] : []),
    ],
    cells: [cells(title, lines, seeds)],
    rows: [
      ...all.map(lineAt).flatMap((line) => rows(id, arm.variant, "this study", line, seeds)),
      ...theirs.flatMap((line) => rows(id, arm.variant, "paper", line, 1)),
    ],
    hasResults: lines.length > 0,
    seeds,
    diverged: [],
    showsPaper: theirs.length > 0,
    clipsPaper,
  };
}

function describe(lines: readonly SweepLine[]): string {
  const [first, last] = [lines[0], lines.at(-1)];
  if (!first || !last) return "no results yet.";
  const at = ({ step, points }: SweepLine) => {
    const [least, most] = [points[0], points.at(-1)];
    if (!least || !most) return `nothing finite at step ${step.toLocaleString("en")}`;
    return `${short(least.value, 2)} for the smallest and ${short(most.value, 2)} for the largest size at step ${step.toLocaleString("en")}`;
  };
  return `the gradient changes by ${at(first)}; by ${at(last)}.`;
}

function cells(title: string, lines: readonly SweepLine[], seeds: number): string[] {
  const last = lines.at(-1);
  const words = (line: SweepLine | undefined) => {
    const [least, most] = [line?.points[0], line?.points.at(-1)];
    return least && most ? `${short(least.value, 2)} to ${short(most.value, 2)}` : "–";
  };
  return [title, title, ...fivePoints(lines).map(words), last ? last.step.toLocaleString("en") : "–", String(seeds), "–"];
}

const rows = (panel: string, variant: string, source: "this study" | "paper", { step, points }: SweepLine, seeds: number) =>
  points.map(({ size, value }) => ({
    ...{ panel, quantity: "gradient difference, sum over variables", source, variant },
    ...{ seed: null, step, stepSize: size, value, low: null, high: null, seeds },
  }));
