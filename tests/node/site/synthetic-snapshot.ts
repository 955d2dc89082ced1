import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { training } from "../../../shared/experiments/training.ts";
import type { Variant } from "../../../shared/protocol/experiment.ts";
import type { Provenance, Series } from "../../../shared/protocol/result.ts";
import { StudySnapshot, type Band, type RunMetrics } from "../../../shared/protocol/snapshot.ts";
import { withoutResults } from "../../../site/src/data/study.ts";

/** How far a made-up study has come. */
export interface Extent {
  readonly seeds: number;
  /** Share of each run's steps that is trained. */
  readonly share: number;
  readonly diverged?: boolean;
}

/** The states of data in which every figure and page must hold. */
export const extents: Readonly<Record<string, Extent>> = {
  "no results": { seeds: 0, share: 0 },
  "one shard": { seeds: 1, share: 0.2 },
  "one seed": { seeds: 1, share: 1 },
  "two seeds, part of the way": { seeds: 2, share: 0.6 },
  "every seed": { seeds: 5, share: 1 },
  "every seed, some diverged": { seeds: 5, share: 1, diverged: true },
};

/** A made-up snapshot of the right shape: for tests of the site only, never data of the study. */
export function syntheticSnapshot({ seeds, share, diverged = false }: Extent): StudySnapshot {
  const header = experimentHeader(training, "pilot");
  const { plan } = header;
  const empty = withoutResults(header);
  if (seeds === 0) return StudySnapshot.parse({ protocol: 1, takenAt: "2026-11-22T10:00:00Z", experiments: [empty] });
  const trained = Math.round((plan.spec.steps * share) / plan.shardSteps) * plan.shardSteps;
  const variants = plan.variants.map((variant) => {
    const runs = plan.seeds
      .slice(0, seeds)
      .map((seed) => syntheticRun(variant, seed, trained, diverged && variant.id === "standard-lr0.5"));
    return {
      id: variant.id,
      runs,
      training: band(runs.map((run) => run.training)),
      evaluation: band(runs.map((run) => run.evaluation)),
    };
  });
  const runs = variants.flatMap((variant) => variant.runs);
  return StudySnapshot.parse({
    protocol: 1,
    takenAt: "2026-11-22T10:00:00Z",
    experiments: [
      {
        ...empty,
        version: 12,
        publishedAt: "2026-11-22T09:59:50Z",
        lastResultAt: "2026-11-22T09:58:00Z",
        trainingNow: 3,
        metricsSha256: "ab".repeat(32),
        metrics: {
          variants,
          progress: {
            ...empty.metrics.progress,
            steps: runs.reduce((sum, run) => sum + run.trainedSteps, 0),
            runsFinished: runs.filter((run) => run.state === "finished" || run.state === "diverged").length,
            shards: runs.reduce((sum, run) => sum + run.provenance.length, 0),
            volunteers: 2,
            trainMs: 4_210_000,
          },
        },
      },
    ],
  });
}

function syntheticRun(variant: Variant, seed: number, trained: number, diverges: boolean): RunMetrics {
  const random = generator(seed * 7919 + variant.id.length * 104_729 + variant.learningRate * 1000);
  const end = diverges && seed % 2 === 0 ? Math.min(trained, 340) : trained;
  const { plan } = experimentHeader(training, "pilot");
  const row = (step: number, spread: number) =>
    Math.min(1, Math.max(0, learning(variant, step) + spread * (random() + random() - 1)));
  const every = (stride: number, from: number, spread: number): Series => {
    const step = Array.from({ length: Math.floor((end - from) / stride) + 1 }, (_, index) => from + index * stride).filter(
      (at) => at <= end,
    );
    const accuracy = step.map((at) => row(at, spread));
    return { step, accuracy, loss: accuracy.map((value) => 2.303 * (1.1 - value)) };
  };
  return {
    seed,
    trainedSteps: end,
    state: end < trained ? "diverged" : end === plan.spec.steps ? "finished" : "training",
    divergedAt: end < trained ? end : null,
    training: every(plan.spec.recordEvery, 0, 0.06),
    evaluation: every(plan.spec.evaluateEvery, plan.spec.evaluateEvery, 0.03),
    provenance: Array.from({ length: Math.ceil(end / plan.shardSteps) }, (_, index) =>
      provenance(variant, seed, index, plan.shardSteps),
    ),
  };
}

const learning = ({ normalization, learningRate }: Variant, step: number): number => {
  if (normalization === "batch") return 0.1 + (learningRate > 0.3 ? 0.36 : 0.5) * (1 - Math.exp(-step / 260));
  return learningRate > 0.3 ? 0.1 : 0.1 + 0.25 / (1 + Math.exp(-(step - 600) / 110));
};

function provenance(variant: Variant, seed: number, index: number, shardSteps: number): Provenance {
  const hash = (salt: number) =>
    generator(seed * 31 + index * 17 + salt)()
      .toString(16)
      .slice(2)
      .padEnd(64, "c0ffee0")
      .slice(0, 64);
  const onGpu = (seed + index) % 3 !== 0;
  return {
    shard: `${variant.id}.s${seed}.${index}`,
    fromStep: index * shardSteps,
    toStep: (index + 1) * shardSteps,
    volunteer: onGpu ? "3fa94c1e" : "workstation",
    device: onGpu
      ? {
          provider: "webgpu",
          adapter: "apple metal-3",
          threads: 1,
          runtime: "onnxruntime-web 1.30.0",
          platform: "Chromium 156, macOS",
        }
      : { provider: "cpu", adapter: "AMD EPYC 7763", threads: 2, runtime: "onnxruntime-node 1.30.0", platform: "Node 22, Linux" },
    modelSha256: hash(1),
    startCheckpoint: index === 0 ? null : hash(2),
    endCheckpoint: hash(3),
    trainMs: 61_000,
    evaluateMs: 9000,
    acceptedAt: `2026-11-22T0${4 + index}:${10 + seed}:00Z`,
  };
}

function band(series: readonly Series[]): Band {
  const step = [...new Set(series.flatMap((one) => one.step))].sort((a, b) => a - b);
  const at = step.map((x) => series.flatMap((one) => (one.step.includes(x) ? [one.accuracy[one.step.indexOf(x)]!] : [])));
  const mean = at.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const half = at.map((values, index) =>
    values.length < 2
      ? null
      : 2.8 *
        Math.sqrt(values.reduce((sum, value) => sum + (value - mean[index]!) ** 2, 0) / (values.length - 1) / values.length),
  );
  return {
    step,
    n: at.map((values) => values.length),
    mean,
    low: mean.map((value, index) => (half[index] === null ? null : value - half[index]!)),
    high: mean.map((value, index) => (half[index] === null ? null : value + half[index]!)),
  };
}

/** A small linear congruential generator: repeatable noise in [0, 1). */
function generator(seed: number): () => number {
  let state = Math.floor(seed) >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
