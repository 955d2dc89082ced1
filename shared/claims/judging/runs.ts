import { canonicalJson } from "../../math/json.ts";
import type { Arm } from "./claim.ts";
import { type Family, isOf } from "./family.ts";
import type { Setting } from "./quantity.ts";
import { type Readings, type RunReading, variantOf } from "./readings.ts";

/** The runs of one side of a comparison. */
export interface ArmRuns {
  readonly experiment: Readings;
  readonly variant: string;
  readonly spec: Setting["spec"];
  readonly run: (seed: number) => RunReading | undefined;
}

/** Where a family trains an arm; null where it does not. */
export function armRuns(experiments: readonly Readings[], family: Family, arm: Arm): ArmRuns | null {
  for (const experiment of experiments) {
    const variant = isOf(family, experiment.header) ? variantOf(experiment.header, arm) : null;
    if (variant === null) continue;
    const runs = new Map(experiment.runs.filter((run) => run.variant === variant).map((run) => [run.seed, run]));
    return { experiment, variant, spec: experiment.header.plan.spec, run: (seed) => runs.get(seed) };
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
