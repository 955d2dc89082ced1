import { canonicalJson } from "../../math/json.ts";
import type { ExperimentSnapshot, RunMetrics, StudySnapshot } from "../../protocol/snapshot.ts";
import type { Arm } from "./claim.ts";
import { type Family, isOf, nameOf } from "./family.ts";
import type { Setting } from "./quantity.ts";

/** The runs of one side of a comparison. */
export interface ArmRuns {
  readonly experiment: ExperimentSnapshot;
  readonly variant: string;
  readonly setting: Setting;
  readonly run: (seed: number) => RunMetrics | undefined;
}

/** Where a family trains an arm; null where it does not. */
export function armRuns(snapshot: StudySnapshot, family: Family, arm: Arm): ArmRuns | null {
  for (const experiment of snapshot.experiments) {
    const { id, plan } = experiment.experiment;
    if (!isOf(family, experiment) || nameOf(id) !== arm.experiment) continue;
    const variant = plan.variants.find(
      ({ normalization, learningRate }) => normalization === arm.normalization && learningRate === arm.learningRate,
    );
    if (!variant) continue;
    const runs = experiment.metrics.variants.find((one) => one.id === variant.id)?.runs ?? [];
    return {
      experiment,
      variant: variant.id,
      setting: { spec: plan.spec, learningRate: variant.learningRate },
      run: (seed) => runs.find((one) => one.seed === seed),
    };
  }
  return null;
}

/** Whether runs of equal seeds are pairs: all that is trained is the same but the variant. What is measured on the way may differ. */
export function arePaired(a: Setting["spec"], b: Setting["spec"]): boolean {
  return canonicalJson(trained(a)) === canonicalJson(trained(b));
}

const trained = ({ dataset, network, weightDecay, batchSize, steps }: Setting["spec"]) => ({
  dataset,
  network,
  weightDecay,
  batchSize,
  steps,
});
