import type { Curve } from "../../../shared/metrics/curve.ts";
import { overSeeds } from "../../../shared/metrics/over-seeds.ts";
import { valueAt } from "../../../shared/metrics/curve.ts";
import type { RunMetrics } from "../../../shared/protocol/snapshot.ts";
import type { Colour } from "../styles/palette.ts";
import type { Arm } from "./arms.ts";

export interface Point {
  readonly step: number;
  readonly value: number;
}

export interface SeedPoint extends Point {
  readonly seed: number;
}

/** What is drawn strong: median (or mean) over seeds, with its interval where the seeds can tell one. */
export interface MiddlePoint extends Point {
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

/** One curve of a panel: ours over seeds, and the paper's. */
export interface Series {
  readonly name: string;
  readonly colour: Colour;
  readonly experiment: string;
  readonly variant: string;
  readonly middle: readonly MiddlePoint[];
  readonly seeds: readonly SeedPoint[];
  /** Where runs ended because their loss was no longer finite. */
  readonly diverged: readonly SeedPoint[];
  /** A second reading of the same runs, drawn thin and dashed (the finer grid's beta); often empty. */
  readonly second: readonly Point[];
  readonly paper: readonly Point[];
}

/** A metric of an arm's runs as a series. @param second another reading of the same runs */
export function seriesOf(
  { name, colour, experiment, variant, runs }: Arm,
  metric: (run: RunMetrics) => Curve,
  paper: Curve | null,
  second?: (run: RunMetrics) => Curve,
): Series {
  const curves = runs.map((run) => ({ run, points: points(metric(run)) }));
  const { step, median, low, high, n } = overSeeds(runs.map(metric));
  const middle = step.map((at, i) => ({
    step: at,
    value: median[i]!,
    low: low[i] ?? null,
    high: high[i] ?? null,
    n: n[i]!,
  }));
  const others = second ? overSeeds(runs.map(second)) : null;
  return {
    ...{ name, colour, experiment, variant, middle },
    seeds: curves.flatMap(({ run, points }) => points.map((point) => ({ seed: run.seed, ...point }))),
    diverged: curves.flatMap(({ run, points }) => {
      const last = points.at(-1);
      return run.divergedAt === null || !last ? [] : [{ seed: run.seed, step: run.divergedAt, value: last.value }];
    }),
    second: others ? others.step.map((at, i) => ({ step: at, value: others.median[i]! })) : [],
    paper: paper ? points(paper) : [],
  };
}

/** The values that there are. */
export const points = ({ step, value }: Curve): Point[] =>
  step.flatMap((at, i) => (value[i] == null ? [] : [{ step: at, value: value[i] }]));

/** The paper's value at a step, where it can be read between two of its points. */
export const paperAt = ({ paper }: Pick<Series, "paper">, step: number): number | null =>
  valueAt({ step: paper.map((point) => point.step), value: paper.map(({ value }) => value) }, step);
