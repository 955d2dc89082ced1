import { meanInterval } from "../../shared/math/statistics.ts";
import type { Plan } from "../../shared/protocol/experiment.ts";
import { concatenateMeasurements } from "../../shared/protocol/measurements.ts";
import type { Series, StoredResult } from "../../shared/protocol/result.ts";
import type { Band, MergedMetrics, RunMetrics, VariantMetrics } from "../../shared/protocol/snapshot.ts";

/**
 * Merges accepted results into an experiment's metrics. The order of `results` does not matter: runs stand in the plan's order, shards in
 * step order, and sums are taken in that order, so that the same results give the same bytes anywhere.
 */
export function mergeMetrics(plan: Plan, results: readonly StoredResult[]): MergedMetrics {
  // Looked up, not looked for: the largest plans have 2,500 runs and 10,000 results.
  const byRun = Map.groupBy(results, ({ variant, seed }) => `${variant}/${seed}`);
  const variants = plan.variants.map(({ id }): VariantMetrics => {
    const runs = plan.seeds.map((seed) => {
      return mergeRun(plan, seed, byRun.get(`${id}/${seed}`) ?? []);
    });
    return { id, runs, training: band(runs, "training"), evaluation: band(runs, "evaluation") };
  });
  const runs = variants.flatMap((variant) => variant.runs);
  const shards = runs.flatMap((run) => run.provenance);
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    variants,
    progress: {
      steps: total(runs.map((run) => run.trainedSteps)),
      stepsPlanned: runs.length * plan.spec.steps,
      runsFinished: runs.filter(({ state }) => state === "finished" || state === "diverged").length,
      runs: runs.length,
      shards: shards.length,
      volunteers: new Set(shards.map(({ volunteer }) => volunteer)).size,
      trainMs: rounded(total(shards.map(({ trainMs }) => trainMs))),
    },
  };
}

function mergeRun(plan: Plan, seed: number, results: readonly StoredResult[]): RunMetrics {
  const shards = [...results].sort((a, b) => a.provenance.fromStep - b.provenance.fromStep);
  const divergedAt = shards.at(-1)?.divergedAt ?? null;
  const trainedSteps = divergedAt ?? shards.at(-1)?.provenance.toStep ?? 0;
  return {
    seed,
    trainedSteps,
    state:
      divergedAt !== null
        ? "diverged"
        : shards.length === 0
          ? "waiting"
          : trainedSteps === plan.spec.steps
            ? "finished"
            : "training",
    divergedAt,
    training: concatenate(shards.map((shard) => shard.training)),
    evaluation: concatenate(shards.map((shard) => shard.evaluation)),
    measurements: concatenateMeasurements(shards.map((shard) => shard.measurements)),
    provenance: shards.map((shard) => shard.provenance),
  };
}

function concatenate(parts: readonly Series[]): Series {
  return {
    step: parts.flatMap((part) => part.step),
    loss: parts.flatMap((part) => part.loss),
    accuracy: parts.flatMap((part) => part.accuracy),
  };
}

/**
 * Accuracy over seeds at each recorded step: mean and pointwise 95 % t interval, cut to [0, 1]. A step counts the runs that have it, so n
 * falls where runs have not come that far yet, and where they diverged: from its divergence on a run has no accuracy, and is not counted
 * as 0 or as chance there. Where nothing is classified there are no accuracies, and the band is empty.
 */
function band(runs: readonly RunMetrics[], name: "training" | "evaluation"): Band {
  const accuracies = new Map<number, number[]>();
  for (const { divergedAt, [name]: series } of runs) {
    series.step.forEach((step, i) => {
      const accuracy = series.accuracy[i];
      if (accuracy === undefined || accuracy === null || (divergedAt !== null && step >= divergedAt)) return;
      const sample = accuracies.get(step);
      if (sample) sample.push(accuracy);
      else accuracies.set(step, [accuracy]);
    });
  }
  const steps = [...accuracies.keys()].sort((a, b) => a - b);
  const rows = steps.map((step) => meanInterval(accuracies.get(step) ?? []));
  return {
    step: steps,
    n: rows.map(({ n }) => n),
    mean: rows.map((row) => rounded(row.mean)),
    low: rows.map(({ low }) => (low === null ? null : rounded(Math.max(0, low)))),
    high: rows.map(({ high }) => (high === null ? null : rounded(Math.min(1, high)))),
  };
}

/** Nine decimals: finer than any accuracy, and coarse enough that engines whose logarithms differ in the last bit agree. */
const rounded = (value: number) => Math.round(value * 1e9) / 1e9;
