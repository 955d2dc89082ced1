import type { ExperimentHeader, Plan } from "../../../shared/protocol/experiment.ts";
import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { plural, share } from "../words.ts";

/** What a rerun changed against its parent, a phrase for each change. */
export function changes(plan: Plan, parent: Plan | undefined): readonly string[] {
  if (!parent) return [];
  const ids = (of: Plan) => of.variants.map(({ id }) => id).join();
  const rates = (of: Plan) => [...new Set(of.variants.map(({ learningRate }) => learningRate))].join(" and ");
  const width = ({ spec: { network } }: Plan) => ("width" in network ? share(network.width) : "none");
  const say = (name: string, from: unknown, to: unknown) =>
    String(from) === String(to) ? [] : [`${name} ${String(to)} instead of ${String(from)}`];
  const found = [
    ...(ids(plan) === ids(parent) ? [] : [`${plan.variants.length} of ${plural(parent.variants.length, "variant")}`]),
    ...say("learning rate", rates(parent), rates(plan)),
    ...say("batch size", parent.spec.batchSize, plan.spec.batchSize),
    ...say("steps", parent.spec.steps.toLocaleString("en"), plan.spec.steps.toLocaleString("en")),
    ...say("width", width(parent), width(plan)),
    ...say("seeds", parent.seeds.join(", "), plan.seeds.join(", ")),
  ];
  return found.length > 0 ? found : ["nothing changed: the same runs once more"];
}

/** How far an experiment is, in words. */
export function progressWords({ metrics: { progress }, trainingNow }: ExperimentSnapshot): string {
  const now = trainingNow > 0 ? `, ${plural(trainingNow, "shard")} in training now` : "";
  return `${progress.runsFinished.toLocaleString("en")} of ${plural(progress.runs, "run")} finished, ${progress.steps.toLocaleString("en")} of ${plural(progress.stepsPlanned, "step")} trained${now}.`;
}

/** The page of an experiment: the report for the study's own, its own page for a rerun. */
export const pageOf = ({ id, parent }: Pick<ExperimentHeader, "id" | "parent">): string =>
  parent === null ? "/#does-it-help" : `/rerun?id=${encodeURIComponent(id)}`;
