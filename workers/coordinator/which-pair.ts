import { claims } from "../../shared/claims/index.ts";
import { judgeAll } from "../../shared/claims/judging/report.ts";
import { needOf, type NeededRun, type PairChoice, whichPair } from "../../shared/claims/judging/which-pair.ts";
import type { ExperimentSnapshot, StudySnapshot } from "../../shared/protocol/snapshot.ts";

/**
 * The pairs that are worth most next, best first, for as many leases: each is chosen as if those before it were being trained. Reruns are left out: who
 * asked for one gets its share of leases anyway.
 * @param ticket the number of leases granted so far, so that every fifth choice goes round the claims
 */
export function nextPairs(snapshot: StudySnapshot, ticket: number, count: number): PairChoice[] {
  const own = judgeAll(claims, {
    ...snapshot,
    experiments: snapshot.experiments.filter(({ experiment }) => experiment.parent === null),
  });
  const needs = own.flatMap(({ judgements }) => judgements.map(({ claim, judgement }) => needOf(claim, judgement)));
  const cost = runCost(snapshot.experiments);
  const taken = new Set<string>();
  const keyOf = ({ experiment, variant, seed }: NeededRun) => `${experiment}/${variant}/${seed}`;
  const choices: PairChoice[] = [];
  for (let i = 0; i < count; i++) {
    const choice = whichPair(needs, ticket + i, cost, (run) => !taken.has(keyOf(run)));
    if (!choice) break;
    for (const run of choice.runs) taken.add(keyOf(run));
    choices.push(choice);
  }
  return choices;
}

/** Milliseconds that are left of a run: steps not trained, at its experiment's pace so far, or that of its kind of network, or of any. */
export function runCost(experiments: readonly ExperimentSnapshot[]): (run: NeededRun) => number {
  const pace = (some: readonly ExperimentSnapshot[]) => {
    const [ms, steps] = some.reduce(([a, b], { metrics: { progress } }) => [a + progress.trainMs, b + progress.steps], [0, 0]);
    return steps > 0 && ms > 0 ? ms / steps : null;
  };
  return ({ experiment: id, variant, seed }) => {
    const experiment = experiments.find((one) => one.experiment.id === id);
    if (!experiment) return 1;
    const { spec } = experiment.experiment.plan;
    const kin = experiments.filter((one) => one.experiment.plan.spec.network.family === spec.network.family);
    const trained =
      experiment.metrics.variants.find((one) => one.id === variant)?.runs.find((run) => run.seed === seed)?.trainedSteps ?? 0;
    return Math.max(1, spec.steps - trained) * (pace([experiment]) ?? pace(kin) ?? pace(experiments) ?? 1);
  };
}
