import { canonicalJson } from "../../shared/math/json.ts";
import { ExperimentAudits, type AuditRecord } from "../../shared/protocol/audit.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import { ExperimentSnapshot, type RunMetrics } from "../../shared/protocol/snapshot.ts";
import { recompute, fetchJson } from "../snapshot/recompute.ts";

/** An experiment as anybody can read it, when everything is over. */
export interface Ended {
  readonly snapshot: ExperimentSnapshot;
  readonly results: ExperimentResults;
  readonly audits: readonly AuditRecord[];
}

export async function lookAt(origin: string, experiment: string): Promise<Ended> {
  const results = ExperimentResults.parse(await fetchJson(`${origin}/api/experiments/${experiment}/results`));
  const { audits } = ExperimentAudits.parse(await fetchJson(`${origin}/api/experiments/${experiment}/audits`));
  const snapshot = ExperimentSnapshot.parse(await fetchJson(`${origin}/api/snapshot/${experiment}`));
  return { snapshot, results, audits };
}

/** The same, once what is published follows from the results: confirmed by merging them again. */
export async function confirmed(origin: string, experiment: string): Promise<Ended> {
  const { snapshot, ...rest } = await lookAt(origin, experiment);
  return { ...rest, snapshot: await recompute(origin, snapshot) };
}

/** What a run came to, whoever trained it and however it was cut. */
export const numbersOf = ({ provenance: _, ...run }: RunMetrics): string => canonicalJson(run);

/** Every run of an experiment by its variant and seed. */
export const runsOf = ({ metrics }: ExperimentSnapshot): Map<string, RunMetrics> =>
  new Map(metrics.variants.flatMap(({ id, runs }) => runs.map((run) => [`${id}.s${run.seed}`, run] as const)));
