import type { ExperimentSnapshot, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { StudyVersions } from "../../../shared/protocol/versions.ts";

/** The experiments whose snapshot is another than the page has. */
export function changed(known: StudySnapshot | null, { experiments }: StudyVersions): string[] {
  const versions = new Map(known?.experiments.map(({ experiment, version }) => [experiment.id, version]));
  return experiments.filter(({ id, version }) => versions.get(id) !== version).map(({ id }) => id);
}

/** What a page had, with what it fetched since, in the coordinator's order. What could not be fetched stays as it was, and is asked for again. */
export function putTogether(
  known: StudySnapshot | null,
  { protocol, experiments }: StudyVersions,
  fetched: readonly (ExperimentSnapshot | null)[],
  takenAt: string,
  names: StudySnapshot["names"] = known?.names,
): StudySnapshot {
  const all = new Map(known?.experiments.map((one) => [one.experiment.id, one]));
  for (const one of fetched) if (one) all.set(one.experiment.id, one);
  return { protocol, takenAt, experiments: experiments.flatMap(({ id }) => all.get(id) ?? []), ...(names && { names }) };
}
