import { experimentHeader, type TrainedExperiment } from "../../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { canonicalJson } from "../../../shared/math/json.ts";
import type { ProfileName } from "../../../shared/protocol/experiment.ts";
import type { ExperimentSnapshot, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { withoutResults } from "./without-results.ts";

export const PROFILES = ["pilot", "paper"] as const satisfies readonly ProfileName[];

/** Which of the study's questions an experiment asks, and at which size. */
interface Place {
  readonly question: TrainedExperiment;
  readonly profile: ProfileName;
}

const places: ReadonlyMap<string, Place> = new Map(
  trainedExperiments.flatMap((question) =>
    PROFILES.map((profile) => [experimentHeader(question, profile).id, { question, profile }] as const),
  ),
);

/** The question's experiments in a snapshot, of either profile. */
export const experimentsOf = (snapshot: StudySnapshot | null, question: TrainedExperiment): readonly ExperimentSnapshot[] =>
  snapshot?.experiments.filter(({ experiment }) => places.get(experiment.id)?.question === question) ?? [];

/**
 * A snapshot in which every question stands at this profile and no other: without results where it was not trained at it. A network that has the paper's
 * size under either profile stays at the one that there is.
 */
export function atProfile(snapshot: StudySnapshot | null, profile: ProfileName): StudySnapshot | null {
  if (!snapshot) return null;
  const own = trainedExperiments.flatMap((question) => {
    const all = experimentsOf(snapshot, question);
    const wanted = all.filter((one) => placeOf(one)?.profile === profile);
    if (wanted.some(isTrained)) return wanted;
    return hasOneSize(question) ? all : [withoutResults(experimentHeader(question, profile))];
  });
  return { ...snapshot, experiments: [...own, ...snapshot.experiments.filter((one) => !placeOf(one))] };
}

/** The profile that pages begin with: the one of which more steps were trained, where profiles differ. */
export function usualProfile(snapshot: StudySnapshot | null): ProfileName {
  const steps = (profile: ProfileName) =>
    trainedExperiments
      .filter((question) => !hasOneSize(question))
      .flatMap((question) => experimentsOf(snapshot, question))
      .filter((one) => placeOf(one)?.profile === profile)
      .reduce((sum, { metrics }) => sum + metrics.progress.steps, 0);
  return steps("paper") > steps("pilot") ? "paper" : "pilot";
}

/** At which sizes there are results for what these experiments ask. @param experiments ids, of either profile */
export function profilesOf(snapshot: StudySnapshot | null, experiments: readonly string[]): readonly ProfileName[] {
  const asked = new Set(experiments.flatMap((id) => places.get(id)?.question ?? []));
  return PROFILES.filter((profile) =>
    [...asked].some((question) =>
      experimentsOf(snapshot, question).some((one) => isTrained(one) && placeOf(one)?.profile === profile),
    ),
  );
}

/** The profile of one of the study's own experiments; null for any other. */
export const profileOf = (experiment: string): ProfileName | null => places.get(experiment)?.profile ?? null;

/** Whether profiles make a difference to what any of these experiments trains. @param experiments ids */
export const differsByProfile = (experiments: readonly string[]): boolean =>
  experiments.some((id) => places.get(id) && !hasOneSize(places.get(id)!.question));

const placeOf = ({ experiment }: ExperimentSnapshot) => places.get(experiment.id);
const isTrained = ({ metrics }: ExperimentSnapshot) => metrics.progress.steps > 0;
const hasOneSize = ({ plans: { pilot, paper } }: TrainedExperiment) =>
  canonicalJson(pilot.spec.network) === canonicalJson(paper.spec.network) && pilot.spec.steps === paper.spec.steps;
