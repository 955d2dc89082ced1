import { experimentHeader, type TrainedExperiment } from "../../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { overSeeds } from "../../../shared/metrics/over-seeds.ts";
import type { Plan, ProfileName, Variant } from "../../../shared/protocol/experiment.ts";
import { type Measurements, measurementColumns, probeEvery } from "../../../shared/protocol/measurements.ts";
import type { ProbeName } from "../../../shared/protocol/probes.ts";
import type { Provenance, Series } from "../../../shared/protocol/result.ts";
import { type Band, type ExperimentSnapshot, type RunMetrics, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { hasClasses } from "../../../shared/protocol/training-spec.ts";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import { withoutResults } from "../../../site/src/data/without-results.ts";

/** How far a made-up study has come. */
export interface Extent {
  readonly seeds: number;
  /** Share of each run's steps that is trained. */
  readonly share: number;
  readonly diverged?: boolean;
  /** Which experiments have results; all where it is left out. */
  readonly only?: readonly string[];
  /** By default the pilot's. */
  readonly profile?: ProfileName;
}

/** The states of data in which every figure and page must hold. */
export const extents: Readonly<Record<string, Extent>> = {
  "no results": { seeds: 0, share: 0 },
  "one shard": { seeds: 1, share: 0.2 },
  "one seed": { seeds: 1, share: 1 },
  "two seeds, part of the way": { seeds: 2, share: 0.6 },
  "one experiment alone": { seeds: 3, share: 1, only: ["training"] },
  "every seed": { seeds: 5, share: 1 },
  "every seed, some diverged": { seeds: 5, share: 1, diverged: true },
};

/** A made-up snapshot of the right shape, with every experiment: for tests of the site only, never data of the study. */
export function syntheticSnapshot(extent: Extent): StudySnapshot {
  return StudySnapshot.parse({
    protocol: PROTOCOL_VERSION,
    takenAt: "2026-11-22T10:00:00Z",
    experiments: trainedExperiments.map((question) => synthetic(question, extent)),
  });
}

function synthetic(
  question: TrainedExperiment,
  { seeds, share, diverged = false, only, profile = "pilot" }: Extent,
): ExperimentSnapshot {
  const header = experimentHeader(question, profile);
  const { plan } = header;
  const empty = withoutResults(header);
  if (seeds === 0 || (only && !only.includes(question.id))) return empty;
  const trained = Math.ceil((plan.spec.steps * share) / plan.shardSteps) * plan.shardSteps;
  const variants = plan.variants.map((variant) => {
    const runs = plan.seeds
      .slice(0, seeds)
      .map((seed) =>
        syntheticRun(plan, variant, seed, trained, diverged && variant.normalization === "none" && variant.learningRate > 1e-7),
      );
    return {
      id: variant.id,
      runs,
      training: band(runs.map((run) => run.training)),
      evaluation: band(runs.map((run) => run.evaluation)),
    };
  });
  const runs = variants.flatMap((variant) => variant.runs);
  return {
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
  };
}

function syntheticRun(plan: Plan, variant: Variant, seed: number, trained: number, diverges: boolean): RunMetrics {
  const random = generator(seed * 7919 + variant.id.length * 104_729 + variant.learningRate * 1000);
  const end = diverges && seed % 2 === 0 ? Math.min(trained, Math.round(plan.spec.steps * 0.34)) : trained;
  const { steps, recordEvery, evaluateEvery } = plan.spec;
  const isClassified = hasClasses(plan.spec);
  const every = (stride: number, from: number, spread: number): Series => {
    const step = stepsOf(stride, from, end);
    const level = step.map((at) =>
      Math.min(1, Math.max(0, learning(variant, (at / steps) * 1000) + spread * (random() + random() - 1))),
    );
    return isClassified
      ? { step, accuracy: level, loss: level.map((value) => 2.303 * (1.1 - value)) }
      : { step, accuracy: level.map(() => null), loss: level.map((value) => 4e4 * Math.exp(-6 * value)) };
  };
  return {
    seed,
    trainedSteps: end,
    state: end < trained ? "diverged" : end === steps ? "finished" : "training",
    divergedAt: end < trained ? end : null,
    training: every(recordEvery, 0, 0.06),
    evaluation: evaluateEvery === null ? { step: [], loss: [], accuracy: [] } : every(evaluateEvery, evaluateEvery, 0.03),
    measurements: syntheticMeasurements(plan, variant, end, diverges, random),
    provenance: Array.from({ length: Math.ceil(end / plan.shardSteps) }, (_, index) =>
      provenance(variant, seed, index, plan.shardSteps),
    ),
  };
}

const stepsOf = (stride: number, from: number, end: number) =>
  Array.from({ length: Math.floor((end - from) / stride) + 1 }, (_, index) => from + index * stride).filter((at) => at <= end);

/** Every column that the plan asks for; where a run diverges, some numbers of its last row are not finite. */
function syntheticMeasurements(plan: Plan, variant: Variant, end: number, diverges: boolean, random: () => number): Measurements {
  const { probes, network } = plan.spec;
  const names = measurementColumns({ probes, network, normalization: variant.normalization });
  const base = variant.normalization === "none" ? 3 : 1;
  return Object.fromEntries(
    Object.entries(names).map(([probe, columns]) => {
      const step = stepsOf(probeEvery(probes, probe as ProbeName) ?? 1, 0, end - 1);
      const value = (name: string, row: number) => {
        if (diverges && row === step.length - 1 && name.includes("@4")) return null;
        const size = Number(name.split("@")[1] ?? 1);
        const level = base * (0.5 + random()) * (1 + size) * (plan.spec.dataset === "linear-map" ? 1e3 : 1);
        return name.startsWith("cosine") ? 1 - level / 1e5 : name.startsWith("mean") ? random() - 0.5 : level;
      };
      const cell = (name: string, row: number) =>
        name.startsWith("histogram")
          ? [-base, base + 1, ...Array.from({ length: probes?.activations?.bins ?? 2 }, (_, bin) => Math.round(100 * random() * Math.exp(-((bin - 20) ** 2) / 60)))] // prettier-ignore
          : value(name, row);
      return [probe, { step, columns: Object.fromEntries(columns.map((name) => [name, step.map((_, row) => cell(name, row))])) }];
    }),
  );
}

const learning = ({ normalization, learningRate }: Variant, step: number): number => {
  if (normalization !== "none" && normalization !== "noise")
    return 0.1 + (learningRate > 0.3 ? 0.36 : 0.5) * (1 - Math.exp(-step / 260));
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
  const { step, n, median, low, high } = overSeeds(series.map(({ step, accuracy }) => ({ step, value: accuracy })));
  return { step: [...step], n: [...n], mean: [...median], low: [...low], high: [...high] };
}

/** A small linear congruential generator: repeatable noise in [0, 1). */
function generator(seed: number): () => number {
  let state = Math.floor(seed) >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
