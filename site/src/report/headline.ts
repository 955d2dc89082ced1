import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Series } from "../figures/series.ts";
import { type RateGroup, seriesByRate } from "../figures/training-arms.ts";
import { percent, plural } from "../words.ts";

/** The answer so far, in one glance: both networks' test accuracy at the smaller learning rate, at the same step. */
export interface Headline {
  /** "at learning rate 0.1, after 1,000 steps" */
  readonly where: string;
  readonly arms: readonly {
    readonly id: string;
    readonly series: string;
    readonly colour: string;
    /** Mean test accuracy, a fraction. */
    readonly mean: number;
    readonly value: string;
    /** Seeds and interval. */
    readonly detail: string;
  }[];
}

/** Null until both networks have been tested at the same step with `LEAST_SEEDS` seeds or more. */
export function headline(experiment: ExperimentSnapshot): Headline | null {
  const first = headlineRate(experiment);
  if (!first || first.series.length < 2) return null;
  const step = lastShared(first.series);
  if (step === null) return null;
  return {
    where: `at learning rate ${first.rate}, after ${plural(step, "step")}`,
    arms: first.series.map((arm) => {
      const { value: mean, low, high, n } = tested(arm).find((point) => point.step === step)!;
      const interval = n >= 3 && low !== null && high !== null ? `, 95% interval ${percent(low)} to ${percent(high)}` : "";
      return {
        id: arm.variant,
        series: arm.name,
        colour: arm.colour,
        mean,
        value: percent(mean),
        detail: `${plural(n, "seed")}${interval}`,
      };
    }),
  };
}

/** The rate that suits both networks in the paper, or an experiment's smallest where it has not got that one. */
export function headlineRate(experiment: ExperimentSnapshot): RateGroup | undefined {
  const groups = seriesByRate(experiment, null, "evaluation");
  return groups.find(({ rate }) => rate === 0.1) ?? groups[0];
}

/** One seed is an anecdote. */
const LEAST_SEEDS = 2;

const tested = (arm: Series) => arm.middle.filter(({ step, n }) => step > 0 && n >= LEAST_SEEDS);

/** The last step at which every arm has enough seeds. */
function lastShared(arms: readonly Series[]): number | null {
  const steps = tested(arms[0]!).map(({ step }) => step);
  return steps.filter((step) => arms.every((arm) => tested(arm).some((point) => point.step === step))).at(-1) ?? null;
}
