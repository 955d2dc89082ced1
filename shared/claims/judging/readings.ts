import type { ExperimentHeader } from "../../protocol/experiment.ts";
import type { Device } from "../../protocol/lease.ts";
import type { ExperimentSnapshot, RunMetrics } from "../../protocol/snapshot.ts";
import type { Side } from "../../protocol/verdicts.ts";
import { type Arm, type Claim, isLevel } from "./claim.ts";
import { runNumber } from "./estimand.ts";
import { nameOf } from "./family.ts";

/** What is read of one run: for each claim that has it for an arm, one number; and who trained it. */
export interface RunReading {
  readonly variant: string;
  readonly seed: number;
  readonly trainedSteps: number;
  /** Finished, or diverged: nothing of it can change any more. */
  readonly isOver: boolean;
  /** By claim. Empty while the run is not over: what it has come to so far is nobody's business. */
  readonly sides: Readonly<Record<string, Side>>;
  readonly volunteers: readonly string[];
  readonly vendors: readonly string[];
  readonly browsers: readonly string[];
  readonly models: readonly string[];
  /** What a replica is compared by; null while the run is not over, and where it diverged. */
  readonly curve: Curve | null;
}

/** A run's course at a few steps, its end among them: accuracy on the test set, or the logarithm of the training loss where nothing is classified. */
export interface Curve {
  readonly step: readonly number[];
  readonly value: readonly number[];
}

/** An experiment as claims see it: a few kilobytes instead of its curves. Plain data, so that it can be sent and kept. */
export interface Readings {
  readonly header: ExperimentHeader;
  readonly metricsSha256: string;
  /** Accepted so far; steps and time tell what a step costs. */
  readonly shards: number;
  readonly steps: number;
  readonly trainMs: number;
  readonly runs: readonly RunReading[];
}

/** Reads an experiment's runs for every claim that compares one of its variants. */
export function readExperiment(claims: readonly Claim[], { experiment, metricsSha256, metrics }: ExperimentSnapshot): Readings {
  const { shards, steps, trainMs } = metrics.progress;
  return {
    ...{ header: experiment, metricsSha256, shards, steps, trainMs },
    runs: metrics.variants.flatMap(({ id, runs }) => {
      const asking = claims.filter((claim) => armsOf(claim).some((arm) => variantOf(experiment, arm) === id));
      return runs.map((run) => readRun(asking, experiment, id, run));
    }),
  };
}

/** The runs of an experiment that stand for an arm: the id of their variant, or null where it has none. */
export function variantOf({ id, plan }: ExperimentHeader, arm: Arm): string | null {
  if (nameOf(id) !== arm.experiment) return null;
  const found = plan.variants.find(
    ({ normalization, learningRate }) => normalization === arm.normalization && learningRate === arm.learningRate,
  );
  return found?.id ?? null;
}

const armsOf = ({ treatment, control }: Claim): Arm[] => (isLevel(control) ? [treatment] : [treatment, control]);

function readRun(claims: readonly Claim[], { plan }: ExperimentHeader, variant: string, run: RunMetrics): RunReading {
  const isOver = run.state === "finished" || run.state === "diverged";
  const { learningRate } = plan.variants.find(({ id }) => id === variant)!;
  const setting = { spec: plan.spec, learningRate };
  const side = ({ estimand }: Claim): Side => {
    // What is taken at step 0 was measured before anything could diverge.
    if (run.state === "diverged" && estimand.summary.kind !== "first")
      return { kind: "diverged", atStep: run.divergedAt ?? run.trainedSteps };
    const number = runNumber(estimand, run, setting, plan.profile);
    if (number === null || Number.isNaN(number.value)) return { kind: "unmeasured" };
    return { kind: "measured", value: Number.isFinite(number.value) ? number.value : null, isBound: number.isBound };
  };
  const names = (of: (device: Device) => string) => unique(run.provenance.map(({ device }) => of(device)));
  return {
    ...{ variant, seed: run.seed, trainedSteps: run.trainedSteps, isOver },
    sides: isOver ? Object.fromEntries(claims.map((claim) => [claim.id, side(claim)])) : {},
    volunteers: unique(run.provenance.map(({ volunteer }) => volunteer)),
    vendors: names(vendorOf),
    browsers: names(browserOf),
    models: unique(run.provenance.map(({ modelSha256 }) => modelSha256)),
    curve: run.state === "finished" ? curveOf(run) : null,
  };
}

/** Points of a curve at most: what the study keeps of a run is small. */
const POINTS = 24;

function curveOf({ evaluation, training }: RunMetrics): Curve {
  const tested = evaluation.step.flatMap((step, i) => {
    const accuracy = evaluation.accuracy[i] ?? null;
    return accuracy === null ? [] : [{ step, value: accuracy }];
  });
  const lost = training.step.flatMap((step, i) => {
    const loss = training.loss[i] ?? null;
    return loss === null || loss <= 0 ? [] : [{ step, value: Math.log(loss) }];
  });
  const all = tested.length > 0 ? tested : lost;
  const points = Math.min(POINTS, all.length);
  // Evenly over the rows, the last one among them.
  const some = Array.from({ length: points }, (_, i) => all[Math.ceil(((i + 1) * all.length) / points) - 1]!);
  return { step: some.map(({ step }) => step), value: some.map(({ value }) => value) };
}

/** Who made what computed: "apple metal-3" is apple's, "Intel(R) Xeon(R)" intel's; where nothing is said, the way of computing stands for it. */
export const vendorOf = ({ adapter, provider }: Pick<Device, "adapter" | "provider">): string =>
  /[a-z0-9]+/.exec(adapter?.toLowerCase() ?? "")?.[0] ?? `unknown (${provider})`;

/** "Chrome 156, macOS" is Chrome, "Node 22.23.2, linux x64" is Node. */
const browserOf = ({ platform }: Device): string =>
  platform
    .replace(/\s+[\d.]+(?=,|$)/, "")
    .split(",")[0]
    ?.trim() || "unknown";

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();
