import { testAccuracy, trainAccuracy, trainLoss } from "../../../shared/metrics/training.ts";
import type { Paper } from "../../../shared/paper/paper.ts";
import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { NORMALIZATIONS } from "./normalizations.ts";
import { seriesOf, type Series } from "./series.ts";

/** What Figure 1 and a rerun's figures show along training. */
export type TrainingMetric = "training" | "evaluation" | "loss";

export interface RateGroup {
  readonly rate: number;
  readonly series: readonly Series[];
}

const METRICS = { training: trainAccuracy, evaluation: testAccuracy, loss: trainLoss };
const QUANTITIES = { training: "train-accuracy", evaluation: "test-accuracy", loss: "train-loss" } as const;

/**
 * An experiment's variants by learning rate, smallest first. Accuracies are means with their t intervals, as the merged metrics have
 * them; the loss is a median over seeds.
 */
export function seriesByRate(experiment: ExperimentSnapshot, paper: Paper | null, metric: TrainingMetric): readonly RateGroup[] {
  const { variants, spec } = experiment.experiment.plan;
  const rates = [...new Set(variants.map((variant) => variant.learningRate))].sort((a, b) => a - b);
  const network = spec.network.family === "deep-linear" ? "deep-linear" : "vgg";
  return rates.map((learningRate) => ({
    rate: learningRate,
    series: variants
      .filter((variant) => variant.learningRate === learningRate)
      .map(({ id, normalization }) => {
        const merged = experiment.metrics.variants.find((one) => one.id === id);
        const curve = paper?.curve({ network, quantity: QUANTITIES[metric], normalization, learningRate }) ?? null;
        const { id: ofExperiment, plan } = experiment.experiment;
        const arm = { network, normalization, learningRate, experiment: ofExperiment, variant: id, plan, runs: merged?.runs ?? [] } as const; // prettier-ignore
        const series = seriesOf({ ...arm, ...NORMALIZATIONS[normalization] }, METRICS[metric], curve);
        const band = metric === "loss" ? undefined : merged?.[metric];
        if (!band) return series;
        return {
          ...series,
          middle: band.step.map((step, i) => ({
            ...{ step, value: band.mean[i] ?? 0, n: band.n[i] ?? 0 },
            ...{ low: band.low[i] ?? null, high: band.high[i] ?? null },
          })),
        };
      }),
  }));
}
