import type { Band, Curve } from "../metrics/curve.ts";
import { momentChange } from "../metrics/activations.ts";
import { effectiveBeta, gradientBand, gradientDifference, penalizedLossBand } from "../metrics/landscape.ts";
import { shiftCosine, shiftL2 } from "../metrics/shift.ts";
import { testAccuracy, trainAccuracy, trainLoss } from "../metrics/training.ts";
import { logged, smoothedEvery } from "./sampled.ts";
import type { Plot } from "../paper/figures.ts";
import type { Paper } from "../paper/paper.ts";
import type { Plan } from "../protocol/experiment.ts";
import type { RunMetrics } from "../protocol/snapshot.ts";

/** A line of a figure: a network trained one way. */
export type Arm = Pick<Plot, "network" | "normalization" | "learningRate">;

export type CurveName = Exclude<Plot["quantity"], "loss-band" | "gradient-band" | "gradient-sweep">;
export type BandName = "loss-band" | "gradient-band";

/** The paper's curves of one arm, or one run's: what a quantity is measured on, so that it is measured in the same way on both. */
export interface Source {
  /** Null where there is none. */
  curve(name: CurveName, layer?: number): Curve | null;
  band(name: BandName): Band | null;
  /** Figure 10: how much more the gradient changes over the largest step size than over the smallest, by step; null where not measured. */
  sweep(): Curve | null;
  /** The training accuracy as a mean over five points 100 steps of the paper apart, or what is the same share of a shorter run. */
  smoothAccuracy(): Curve | null;
  /** A step of the paper's run as the same share of this one. */
  at(step: number): number;
  /** Steps that are there. */
  readonly end: number;
  /** Nothing will come after `end`. */
  readonly isOver: boolean;
}

/** Steps of the paper's runs. */
export const PAPER_STEPS = { vgg: 15_000, "deep-linear": 10_000 } as const;

const LOGGED_EVERY = { vgg: 100, "deep-linear": 50 } as const;

/** The paper's step sizes for the landscape, as multiples of the learning rate. */
export const GRID = { vgg: [1 / 2, 1, 2, 4], "deep-linear": [0.01, 0.1, 1, 10, 31.6] } as const;

export function paperSource(paper: Paper, arm: Arm): Source {
  const steps = PAPER_STEPS[arm.network];
  const every = LOGGED_EVERY[arm.network];
  const curve = (quantity: CurveName, layer?: number) => {
    const found = paper.curve({ ...arm, quantity, ...(layer === undefined ? {} : { layer }) });
    return found && logged(found, every);
  };
  return {
    curve,
    band(quantity) {
      const found = paper.band({ ...arm, quantity });
      if (!found) return null;
      const [low, high] = [found.low, found.high].map((value) => logged({ step: found.step, value }, every));
      return { step: low!.step, low: low!.value, high: high!.value };
    },
    sweep() {
      const lines = paper.sweep({ ...arm, quantity: "gradient-sweep" })?.lines;
      if (!lines) return null;
      return {
        // 50 lines, early to late: the figure's colours say no more.
        step: lines.map((_, i) => (i * steps) / (lines.length - 1)),
        value: lines.map(({ difference }) => difference.at(-1)! / difference[0]!),
      };
    },
    smoothAccuracy: () => smoothedEvery(curve("train-accuracy"), every),
    at: (step) => step,
    end: steps,
    isOver: true,
  };
}

/** What the plan does not measure (another plan's layers or step sizes) is not there. */
export function runSource(run: RunMetrics, { spec }: Plan, { network, learningRate }: Arm): Source {
  const grid = GRID[network];
  const { landscape, shift, activations } = spec.probes ?? {};
  const hasGrid = landscape !== undefined && grid.every((m) => landscape.along.includes(m));
  const curve = (name: CurveName, layer = 0): Curve | null => {
    switch (name) {
      case "train-accuracy":
        return trainAccuracy(run);
      case "test-accuracy":
        return testAccuracy(run);
      case "train-loss":
        return trainLoss(run);
      case "shift-l2":
        return shift?.layers.includes(layer) ? shiftL2(run, layer) : null;
      case "shift-cosine":
        return shift?.layers.includes(layer) ? shiftCosine(run, layer) : null;
      case "mean-change":
        return activations?.layers.includes(layer) ? momentChange(run, layer, "mean") : null;
      case "variance-change":
        return activations?.layers.includes(layer) ? momentChange(run, layer, "variance") : null;
      case "beta":
        return hasGrid ? effectiveBeta(run, grid, learningRate) : null;
    }
  };
  return {
    curve,
    band(name) {
      if (!hasGrid) return null;
      return name === "loss-band" ? penalizedLossBand(run, grid) : gradientBand(run, grid, "sum");
    },
    sweep() {
      if (!hasGrid) return null;
      const [small, large] = [grid[0], grid.at(-1)!].map((m) => gradientDifference(run, m, "sum"));
      const ratio = (i: number) => (large!.value[i] ?? NaN) / (small!.value[i] ?? NaN);
      return { step: small!.step, value: small!.step.map((_, i) => (Number.isFinite(ratio(i)) ? ratio(i) : null)) };
    },
    smoothAccuracy: () =>
      smoothedEvery(trainAccuracy(run), Math.max(spec.recordEvery, (100 * spec.steps) / PAPER_STEPS[network])),
    at: (step) => (step * spec.steps) / PAPER_STEPS[network],
    end: run.trainedSteps,
    isOver: run.state === "finished" || run.state === "diverged",
  };
}
