import type { FamilyReport } from "../../shared/claims/judging/report.ts";
import type { Readings } from "../../shared/claims/judging/readings.ts";
import { needOf, type NeededRun, type PairChoice, pairChooser } from "../../shared/claims/judging/which-pair.ts";

/**
 * The pairs that are worth most next, best first, for as many leases: each is chosen as if those before it were being trained.
 * @param own the study's own families: who asked for a rerun gets its share of leases anyway
 * @param ticket rises from one hint to the next, so that its turns go round the claims
 * @param isFree whether some of a run's work can be leased now
 */
export function nextPairs(
  own: readonly FamilyReport[],
  readings: readonly Readings[],
  ticket: number,
  count: number,
  isFree: (run: NeededRun) => boolean = () => true,
): PairChoice[] {
  const needs = own.flatMap(({ judgements }) => judgements.map(({ claim, judgement }) => needOf(claim, judgement)));
  const choose = pairChooser(needs, runCost(readings));
  const taken = new Set<string>();
  const choices: PairChoice[] = [];
  for (let i = 0; i < count; i++) {
    const choice = choose(ticket + i, (run) => !taken.has(keyOf(run)) && isFree(run));
    if (!choice) break;
    for (const run of choice.runs) taken.add(keyOf(run));
    choices.push(choice);
  }
  return choices;
}

export const keyOf = ({ experiment, variant, seed }: NeededRun) => `${experiment}/${variant}/${seed}`;

/** Milliseconds that are left of a run: steps not trained, at its experiment's pace so far, or that of its kind of network, or of any. */
export function runCost(experiments: readonly Readings[]): (run: NeededRun) => number {
  const pace = (some: readonly Readings[]) => {
    const [ms, steps] = some.reduce(([a, b], { trainMs, steps: trained }) => [a + trainMs, b + trained], [0, 0]);
    return steps > 0 && ms > 0 ? ms / steps : null;
  };
  const known = new Map(
    experiments.map((one) => {
      const { id, plan } = one.header;
      const kin = experiments.filter(({ header }) => header.plan.spec.network.family === plan.spec.network.family);
      const trained = new Map(one.runs.map((run) => [`${run.variant}/${run.seed}`, run.trainedSteps]));
      return [id, { steps: plan.spec.steps, trained, msPerStep: pace([one]) ?? pace(kin) ?? pace(experiments) ?? 1 }];
    }),
  );
  return ({ experiment, variant, seed }) => {
    const one = known.get(experiment);
    return one ? Math.max(1, one.steps - (one.trained.get(`${variant}/${seed}`) ?? 0)) * one.msPerStep : 1;
  };
}
