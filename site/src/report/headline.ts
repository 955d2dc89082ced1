import { readPaper } from "../../../shared/paper/paper.ts";
import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { armsByRate, type Arm } from "../figures/training-arms.ts";
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
  const [first] = armsByRate(experiment, readPaper({}), "evaluation");
  if (!first || first.arms.length < 2) return null;
  const step = lastShared(first.arms);
  if (step === null) return null;
  return {
    where: `at learning rate ${first.rate}, after ${plural(step, "step")}`,
    arms: first.arms.map((arm) => {
      const { mean, low, high, n } = tested(arm).find((point) => point.step === step)!;
      const interval = low !== null && high !== null ? `, 95% interval ${percent(low)} to ${percent(high)}` : "";
      return {
        id: arm.variant.id,
        series: arm.series,
        colour: arm.colour,
        mean,
        value: percent(mean),
        detail: `${plural(n, "seed")}${interval}`,
      };
    }),
  };
}

/** One seed is an anecdote. */
const LEAST_SEEDS = 2;

const tested = (arm: Arm) => arm.mean.filter(({ step, n }) => step > 0 && n >= LEAST_SEEDS);

/** The last step at which every arm has enough seeds. */
function lastShared(arms: readonly Arm[]): number | null {
  const steps = tested(arms[0]!).map(({ step }) => step);
  return steps.filter((step) => arms.every((arm) => tested(arm).some((point) => point.step === step))).at(-1) ?? null;
}
