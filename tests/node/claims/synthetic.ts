import { type Arm, type Claim, isLevel } from "../../../shared/claims/judging/claim.ts";
import { reportedEffect } from "../../../shared/claims/judging/decide.ts";
import type { Estimand } from "../../../shared/claims/judging/estimand.ts";
import { paperGrid } from "../../../shared/claims/judging/quantity.ts";
import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { uniform } from "../../../shared/math/random.ts";
import type { ExperimentHeader, ProfileName, Variant } from "../../../shared/protocol/experiment.ts";
import type { Measurements } from "../../../shared/protocol/measurements.ts";
import type { Provenance } from "../../../shared/protocol/result.ts";
import type { RunMetrics, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { claims } from "../../../shared/claims/index.ts";
import { type Judgement, judge } from "../../../shared/claims/judging/judge.ts";
import { readExperiment } from "../../../shared/claims/judging/readings.ts";
import type { Family } from "../../../shared/claims/judging/family.ts";

/** What a made-up run shall say: the estimand's number, or that it diverged, or that it is still being trained. */
export type Told = number | "diverged" | "open";

export interface Story {
  readonly profile?: ProfileName;
  /** By seed's position: the treatment's and the control's number. */
  readonly pairs: readonly (readonly [Told, Told])[];
  readonly volunteer?: (position: number) => string;
  /** Processors' vendor and browser; default: five of each, in turn. */
  readonly vendor?: (position: number) => string;
  /** Seeds that the plan lists; default: the study's. */
  readonly seeds?: readonly number[];
  /** Of which the experiments are reruns, as "-rerun-1". */
  readonly rerun?: string;
}

/** A made-up snapshot in which one claim's arms have the numbers told. For tests of judging only, never data of the study. */
export function snapshotOf(
  claim: Claim,
  {
    profile = "pilot",
    pairs,
    volunteer = (i) => `volunteer-${i % 8}`,
    vendor = (i) => `vendor${"abcde"[i % 5]}`,
    seeds,
    rerun,
  }: Story,
): StudySnapshot {
  const headers = trainedExperiments.map((one) => experimentHeader(one, profile)).map((header) => changed(header, seeds, rerun));
  const told = (arm: Arm, header: ExperimentHeader, { normalization, learningRate }: Variant, side: 0 | 1) =>
    header.id.startsWith(`${arm.experiment}-${profile}`) &&
    arm.normalization === normalization &&
    arm.learningRate === learningRate
      ? pairs.map((pair) => pair[side])
      : null;
  const nothing = { step: [], n: [], mean: [], low: [], high: [] };
  return {
    protocol: 2,
    takenAt: "2026-11-22T10:00:00Z",
    experiments: headers.map((header) => ({
      ...{ protocol: 2, experiment: header, version: 3, publishedAt: "2026-11-22T09:59:50Z", lastResultAt: null, trainingNow: 0 },
      metricsSha256: "ab".repeat(32),
      metrics: {
        variants: header.plan.variants.map((variant) => {
          const numbers =
            told(claim.treatment, header, variant, 0) ??
            (isLevel(claim.control) ? null : told(claim.control, header, variant, 1)) ??
            [];
          const runs = header.plan.seeds.map((seed, i) =>
            runOf(claim.estimand, header, variant, seed, numbers[i] ?? "open", { volunteer: volunteer(i), vendor: vendor(i) }),
          );
          return { id: variant.id, runs, training: nothing, evaluation: nothing };
        }),
        progress: { steps: 0, stepsPlanned: 0, runsFinished: 0, runs: 0, shards: 0, volunteers: 0, trainMs: 0 },
      },
    })),
  };
}

/** The study's experiments of a snapshot, as claims read them. */
export const readingsOf = ({ experiments }: StudySnapshot) => experiments.map((one) => readExperiment(claims, one));

/** A claim judged by a snapshot's runs, as one of the study's. */
export const judgedIn = (claim: Claim, snapshot: StudySnapshot, family: Family): Judgement | null =>
  judge(claim, readingsOf(snapshot), family, claims.length);

function changed(header: ExperimentHeader, seeds: Story["seeds"], rerun: string | undefined): ExperimentHeader {
  const plan = seeds ? { ...header.plan, seeds: [...seeds] } : header.plan;
  return rerun ? { ...header, plan, id: header.id + rerun, parent: header.id } : { ...header, plan };
}

function runOf(estimand: Estimand, header: ExperimentHeader, variant: Variant, seed: number, told: Told, by: Hand): RunMetrics {
  const { spec } = header.plan;
  const isMeasured = typeof told === "number";
  const at = told === "diverged" ? Math.round(spec.steps / 3) : null;
  const every = (stride: number) => Array.from({ length: Math.floor(spec.steps / stride) + 1 }, (_, i) => i * stride);
  const training = (told === "open" ? [] : every(spec.recordEvery)).filter((step) => step < spec.steps);
  const evaluation = told === "open" ? [] : every(spec.evaluateEvery ?? spec.steps);
  const is = (quantity: Estimand["quantity"]) => isMeasured && estimand.quantity === quantity;
  const accuracy = (step: number) =>
    !is("train-accuracy") ? 0.1 : estimand.summary.kind === "steps-to" ? Number(step >= (told as number)) : (told as number);
  return {
    seed,
    trainedSteps: told === "open" ? 0 : (at ?? spec.steps),
    state: told === "open" ? "waiting" : at === null ? "finished" : "diverged",
    divergedAt: at,
    training: {
      step: training,
      loss: training.map(() => (is("train-loss") ? (told as number) : 2)),
      accuracy: training.map(accuracy),
    },
    evaluation: {
      step: evaluation,
      loss: evaluation.map(() => 2),
      accuracy: evaluation.map(() => (is("test-accuracy") ? (told as number) : 0.1)),
    },
    measurements: isMeasured ? measurements(estimand, header, variant, told) : {},
    provenance: told === "open" ? [] : [provenance(header, variant, seed, by)],
  };
}

/** Columns of which the metrics make the number told. */
function measurements(
  { quantity, layers = [] }: Estimand,
  header: ExperimentHeader,
  { learningRate }: Variant,
  told: number,
): Measurements {
  const { spec } = header.plan;
  const { landscape, shift } = spec.probes!;
  const probe = (every: number, columns: Record<string, number>) => {
    const step = Array.from({ length: spec.steps / every }, (_, i) => i * every);
    return { step, columns: Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, step.map(() => value)])) };
  };
  const each = (columns: (k: number) => Record<string, number>) =>
    Object.assign({}, ...layers.map(columns)) as Record<string, number>;
  const along = (columns: (m: number) => Record<string, number>) =>
    Object.assign({ penalty: 0, norm: 1 }, ...landscape!.along.map(columns)) as Record<string, number>;
  const slope = (m: number, beta: number) => ({ [`difference@${m}`]: beta * m * learningRate });
  const grid = paperGrid(spec);
  switch (quantity) {
    case "shift-l2":
      return {
        shift: probe(
          shift!.every,
          each((k) => ({ [`l2.${k}`]: told })),
        ),
      };
    case "shift-cosine":
      return {
        shift: probe(
          shift!.every,
          each((k) => ({ [`cosine.${k}`]: told })),
        ),
      };
    case "mean-change":
      return {
        activations: probe(
          spec.probes!.activations!.every,
          each((k) => ({ [`mean.${k}`]: 1, [`meanNext.${k}`]: 1 - told })),
        ),
      };
    case "loss-ratio":
      return {
        landscape: probe(
          landscape!.every,
          along((m) => ({ [`loss@${m}`]: m === grid[0] ? 0.5 : 0.5 * told })),
        ),
      };
    case "loss-top":
      return {
        landscape: probe(
          landscape!.every,
          along((m) => ({ [`loss@${m}`]: m === grid[0] ? told : told / 2 })),
        ),
      };
    case "gradient-top":
      return {
        landscape: probe(
          landscape!.every,
          along((m) => ({ [`differenceSum@${m}`]: m === grid[0] ? told : told / 2 })),
        ),
      };
    case "beta":
      return {
        landscape: probe(
          landscape!.every,
          along((m) => slope(m, told)),
        ),
      };
    case "beta-in-plateaus":
      return {
        landscape: probe(
          landscape!.every,
          along((m) => slope(m, (2 * told) / learningRate)),
        ),
      };
    case "beta-on-finer-grid":
      return {
        landscape: probe(
          landscape!.every,
          along((m) => slope(m, grid.includes(m) ? 1 : told)),
        ),
      };
    case "train-accuracy":
    case "test-accuracy":
    case "train-loss":
      return {};
  }
}

/** Who trained a pair, on what. */
interface Hand {
  readonly volunteer: string;
  readonly vendor: string;
}

const provenance = (header: ExperimentHeader, variant: Variant, seed: number, { volunteer, vendor }: Hand): Provenance => ({
  shard: `${variant.id}.s${seed}.0`,
  ...{ fromStep: 0, toStep: header.plan.spec.steps, volunteer },
  device: {
    provider: "cpu",
    adapter: `${vendor} processor`,
    threads: 1,
    runtime: "onnxruntime-node 1.30.0",
    platform: `${vendor}’s browser 22, Linux`,
  },
  modelSha256: (variant.id.length % 10).toString().repeat(64),
  startCheckpoint: null,
  endCheckpoint: "c".repeat(64),
  ...{ trainMs: 60_000, evaluateMs: 0, acceptedAt: "2026-11-22T09:00:00Z" },
});

/** How large the effect of a made-up story is, as a multiple of the paper's (or of an obvious one where the paper gives none). */
export function pairsThat(
  claim: Claim,
  outcome: "supports" | "refutes",
  count: number,
  { share = 1, profile = "pilot" }: { share?: number; profile?: ProfileName } = {},
): [Told, Told][] {
  return Array.from({ length: count }, (_, i) => {
    const jitter = uniform(i, `story ${claim.id}`, 0, 1)[0]! - 0.5;
    return pairThat(claim, outcome === "supports", share, jitter, profile === "pilot" ? 300 : 3000);
  });
}

function pairThat(claim: Claim, supports: boolean, share: number, jitter: number, steps: number): [Told, Told] {
  const { estimand, rule, control } = claim;
  const isLog = estimand.scale === "log";
  const move = (from: number, by: number) => (isLog ? from * Math.exp(by + 0.02 * jitter) : from + by + 0.01 * jitter);
  const centre = isLog ? (estimand.summary.kind === "steps-to" ? steps : 100) : estimand.quantity === "shift-cosine" ? 0 : 0.5;
  const usual = isLog ? Math.log(4) : 0.2;
  if (rule.kind === "equivalence") {
    const margin = isLog ? Math.log(rule.margin) : rule.margin;
    const start = isLevel(control) ? control.level : centre;
    return [move(start, supports ? 0 : 2 * margin), start];
  }
  const isHigher = rule.kind === "directional" ? rule.favours === "higher" : rule.denies !== "higher";
  const sign = isHigher === supports ? 1 : -1;
  if (isLevel(control)) return [Math.max(0, move(control.level, sign * (isLog ? usual : 0.15))), 0];
  const size = rule.kind === "directional" && reportedEffect(claim) ? Math.abs(reportedEffect(claim)!) : usual;
  return [move(centre, (sign * share * size) / 2), move(centre, (-sign * share * size) / 2)];
}
