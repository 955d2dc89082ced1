import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { AuditRecord } from "../../shared/protocol/audit.ts";
import type { AuditedDevices } from "../../shared/protocol/audited-devices.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import type { StoredResult } from "../../shared/protocol/result.ts";
import type { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { mergeMetrics } from "./assimilator.ts";
import { shardAudits } from "./shard-audits.ts";

/** What auditors found of an experiment, its gateways' included. */
export interface AuditsSoFar {
  readonly records: readonly AuditRecord[];
  readonly devices: AuditedDevices;
}

/** What stands in KV about an experiment at one instant. The envelope changes with time and audits, the metrics only with results. */
export function experimentSnapshot(
  experiment: ExperimentHeader,
  results: readonly StoredResult[],
  at: { readonly version: number; readonly now: number; readonly trainingNow: number },
  audits?: AuditsSoFar,
): ExperimentSnapshot {
  const metrics = mergeMetrics(experiment.plan, results);
  const accepted = results.map(({ provenance }) => provenance.acceptedAt).sort();
  return {
    protocol: PROTOCOL_VERSION,
    experiment,
    version: at.version,
    publishedAt: new Date(at.now).toISOString(),
    lastResultAt: accepted.at(-1) ?? null,
    trainingNow: at.trainingNow,
    metricsSha256: sha256Hex(canonicalJson(metrics)),
    ...(audits && { audits: shardAudits(audits.records, results) }),
    metrics,
    ...(audits && audits.devices.shards.length > 0 && { audited: audits.devices }),
  };
}

/** What decides about the next publication. Times in ms since 1970. */
export interface PublicationState {
  /** Something that is published has changed since the last publication. */
  readonly dirty: boolean;
  /** When the last publication began; one that failed is tried again an interval later. */
  readonly begunAt: number;
  /** Earliest deadline of a live lease, or null: when it passes unrenewed, fewer are training. */
  readonly nextDeadline: number | null;
  /** When its turn to write is; 0: not known, or now. */
  readonly turnAt: number;
}

/** When to wake up next: to publish a change, at most once per interval, or to see whether a lease ran out; null: not at all. */
export function nextAlarm(state: PublicationState, publishMs: number, now: number): number | null {
  if (state.dirty) return Math.max(now, state.begunAt + publishMs, state.turnAt);
  return state.nextDeadline;
}
