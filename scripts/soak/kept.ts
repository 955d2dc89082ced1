import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import { Contribution } from "../../shared/protocol/kept.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import type { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { fetchJson } from "../snapshot/recompute.ts";

/** What a coordinator holds of everyone's hand-ins. */
export interface Kept {
  /** Leases under which the stored results came in. */
  readonly leases: ReadonlySet<string>;
  /** Steps of accepted results, in all. */
  readonly steps: number;
  /** Intervals that were trained again by others than who claimed them. */
  readonly audits: number;
  /** Why somebody's results were voided, of each result: everybody here is honest. */
  readonly voided: readonly string[];
}

/** Reads every result and audit of the experiments that have any. */
export async function readKept(origin: string, { experiments }: StudySnapshot): Promise<Kept> {
  const leases = new Set<string>();
  let [steps, audits] = [0, 0];
  const reasons: string[] = [];
  for (const { experiment } of experiments) {
    const path = `${origin}/api/experiments/${experiment.id}`;
    const { results, voided = [] } = ExperimentResults.parse(await fetchJson(`${path}/results`));
    for (const { signed, provenance } of results) {
      leases.add(signed!.lease);
      steps += provenance.toStep - provenance.fromStep;
    }
    reasons.push(...voided.map((each) => each.voided.reason));
    const records = ExperimentAudits.parse(await fetchJson(`${path}/audits`)).audits;
    audits += records.reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  }
  return { leases, steps, audits, voided: reasons };
}

/** Accepted hand-ins that a command-line volunteer noted. @param state its state folder, in which each of its processes has its own */
export function acknowledged(state: string): number {
  if (!existsSync(state)) return 0;
  return readdirSync(state)
    .map((name) => path.join(state, name, "contribution"))
    .filter((file) => existsSync(file))
    .reduce((sum, file) => sum + Contribution.parse(JSON.parse(readFileSync(file, "utf8"))).shards, 0);
}
