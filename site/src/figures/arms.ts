import { deepLinear } from "../../../shared/experiments/deep-linear.ts";
import { deepLinearNorms } from "../../../shared/experiments/deep-linear-norms.ts";
import type { TrainedExperiment } from "../../../shared/experiments/experiment.ts";
import { noise } from "../../../shared/experiments/noise.ts";
import { norms } from "../../../shared/experiments/norms.ts";
import { training } from "../../../shared/experiments/training.ts";
import type { Plan } from "../../../shared/protocol/experiment.ts";
import type { RunMetrics, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Normalization } from "../../../shared/protocol/training-spec.ts";
import { ownExperiment } from "../data/study.ts";
import type { Colour } from "../styles/palette.ts";
import { NORMALIZATIONS } from "./normalizations.ts";

export type NetworkName = "vgg" | "deep-linear";

/** A network trained one way, with the runs that there are of it so far. */
export interface Arm {
  readonly network: NetworkName;
  readonly normalization: Normalization;
  readonly learningRate: number;
  readonly name: string;
  readonly colour: Colour;
  /** Its id, and the variant's within it. */
  readonly experiment: string;
  readonly variant: string;
  readonly plan: Plan;
  /** Those that have trained at least one step. */
  readonly runs: readonly RunMetrics[];
}

/** Whose runs are whose: nothing is trained twice, so every way of training belongs to one experiment. */
const QUESTIONS: Readonly<Record<NetworkName, readonly TrainedExperiment[]>> = {
  vgg: [training, noise, norms],
  "deep-linear": [deepLinear, deepLinearNorms],
};

/** One arm for each normalization, in that order. @throws RangeError where no experiment of the study trains one */
export function arms(
  snapshot: StudySnapshot | null,
  network: NetworkName,
  learningRate: number,
  normalizations: readonly Normalization[],
): readonly Arm[] {
  const experiments = QUESTIONS[network].map((question) => ownExperiment(snapshot, question));
  return normalizations.map((normalization) => {
    for (const { experiment, metrics } of experiments) {
      const variant = experiment.plan.variants.find(
        (one) => one.normalization === normalization && one.learningRate === learningRate,
      );
      if (!variant) continue;
      const runs = metrics.variants.find(({ id }) => id === variant.id)?.runs ?? [];
      return {
        ...{ network, normalization, learningRate, ...NORMALIZATIONS[normalization] },
        ...{ experiment: experiment.id, variant: variant.id },
        plan: experiment.plan,
        runs: runs.filter(({ trainedSteps }) => trainedSteps > 0),
      };
    }
    throw new RangeError(`arms: got ${network}, ${normalization} at ${learningRate}, want one that an experiment trains`);
  });
}
