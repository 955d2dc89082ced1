import { canonicalJson } from "../math/json.ts";
import { sha256Hex } from "../math/sha256.ts";
import type { ExperimentHeader, Plan, ProfileName, Variant } from "../protocol/experiment.ts";
import type { TrainingSpec } from "../protocol/training-spec.ts";

/** One question of the study. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  /** Figures of the paper (NeurIPS numbering) that it answers for. */
  readonly figures: readonly string[];
  /** Variants x seeds that are trained for it, once for each profile; none where the runs of others answer it. */
  readonly plans?: Readonly<Record<ProfileName, Plan>>;
  /** Experiments whose runs it looks at besides its own: nothing is trained twice. */
  readonly reads?: readonly Experiment[];
}

/** An experiment that trains runs of its own. */
export type TrainedExperiment = Experiment & Required<Pick<Experiment, "plans">>;

export const isTrained = (experiment: Experiment): experiment is TrainedExperiment => experiment.plans !== undefined;

/** The header under which the coordinator holds an experiment; its id ends in a hash of the plan, so a changed plan never pools with the old one. */
export function experimentHeader(experiment: TrainedExperiment, profile: ProfileName): ExperimentHeader {
  const plan = experiment.plans[profile];
  return {
    id: `${experiment.id}-${profile}-${planHash(plan)}`,
    title: experiment.title,
    question: experiment.question,
    figures: [...experiment.figures],
    parent: null,
    reason: null,
    plan,
  };
}

/** First 8 digits of the SHA-256 of what a plan trains; the words about it may be mended without a new experiment. */
export function planHash(plan: Plan): string {
  const { about: _about, ...trained } = plan;
  return sha256Hex(canonicalJson(trained)).slice(0, 8);
}

/** What to train for one run. */
export function trainingSpec(plan: Plan, variant: Variant, seed: number): TrainingSpec {
  return { ...plan.spec, normalization: variant.normalization, learningRate: variant.learningRate, seed };
}
