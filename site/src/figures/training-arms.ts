import type { Band, ExperimentSnapshot, VariantMetrics } from "../../../shared/protocol/snapshot.ts";
import type { Variant } from "../../../shared/protocol/experiment.ts";
import { type Curve, valueAt } from "../../../shared/metrics/curve.ts";
import type { Paper } from "../../../shared/paper/paper.ts";
import type { Colour } from "../styles/palette.ts";

/** One way of training at one learning rate: our mean and seeds, and the paper's curve. Accuracies are fractions. */
export interface Arm {
  readonly variant: Variant;
  readonly series: string;
  readonly colour: Colour;
  readonly mean: readonly MeanPoint[];
  readonly seeds: readonly SeedPoint[];
  readonly diverged: readonly SeedPoint[];
  readonly paper: readonly { readonly series: string; readonly step: number; readonly accuracy: number }[];
}

export interface MeanPoint {
  readonly series: string;
  readonly step: number;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  /** The paper's value at this step, where it can be read between two of its points. */
  readonly paper: number | null;
}

export interface SeedPoint {
  readonly series: string;
  readonly seed: number;
  readonly step: number;
  readonly accuracy: number;
}

/** What each normalization is called and coloured in every figure. */
const SERIES = {
  none: { name: "Standard", colour: "standard" },
  batch: { name: "BatchNorm", colour: "batchnorm" },
} as const;

const FIGURES = { training: "1a", evaluation: "1b" } as const;

/** The experiment's variants by learning rate, smallest first. */
export function armsByRate(
  experiment: ExperimentSnapshot,
  paper: Paper,
  metric: "training" | "evaluation",
): { readonly rate: number; readonly arms: readonly Arm[] }[] {
  const { variants } = experiment.experiment.plan;
  const rates = [...new Set(variants.map((variant) => variant.learningRate))].sort((a, b) => a - b);
  return rates.map((rate) => ({
    rate,
    arms: variants
      .filter((variant) => variant.learningRate === rate)
      .map((variant) =>
        arm(
          variant,
          experiment.metrics.variants.find(({ id }) => id === variant.id),
          paper.curve({ figure: FIGURES[metric], normalization: variant.normalization, learningRate: rate }),
          metric,
        ),
      ),
  }));
}

function arm(variant: Variant, metrics: VariantMetrics | undefined, curve: Curve | null, metric: "training" | "evaluation"): Arm {
  const { name: series, colour } = SERIES[variant.normalization];
  const runs = metrics?.runs ?? [];
  const seeds = runs.flatMap((run) =>
    run[metric].step.map((step, index) => ({ series, seed: run.seed, step, accuracy: run[metric].accuracy[index] ?? 0 })),
  );
  return {
    variant,
    series,
    colour,
    mean: metrics ? meanPoints(metrics[metric], series, curve) : [],
    seeds,
    diverged: runs.flatMap((run) => {
      const last = seeds.filter((point) => point.seed === run.seed).at(-1);
      return run.divergedAt === null || !last ? [] : [{ ...last, step: run.divergedAt }];
    }),
    paper: curve ? curve.step.map((step, index) => ({ series, step, accuracy: curve.value[index] ?? 0 })) : [],
  };
}

function meanPoints(band: Band, series: string, curve: Curve | null): MeanPoint[] {
  return band.step.map((step, index) => ({
    series,
    step,
    mean: band.mean[index] ?? 0,
    low: band.low[index] ?? null,
    high: band.high[index] ?? null,
    n: band.n[index] ?? 0,
    paper: curve ? valueAt(curve, step) : null,
  }));
}
