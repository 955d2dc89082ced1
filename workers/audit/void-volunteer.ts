import { canonicalJson } from "../../shared/math/json.ts";
import type { Voided } from "../../shared/protocol/result.ts";
import type { CoordinatorStore } from "../store-sqlite.ts";
import type { AuditStore } from "./audit-sqlite.ts";
import { rollBack } from "./roll-back.ts";

/** Whom to void and why, in words that are published. */
export interface Voiding {
  readonly volunteer: string;
  readonly reason: string;
  /** Whether the study's object asked for it: then it need not be told. */
  readonly isTold: boolean;
}

/**
 * Writes what voiding a volunteer means in one experiment; to be called in a transaction.
 * @param now milliseconds since 1970
 * @returns how many results no longer count, and whether anything changed that is published
 */
export function voidVolunteer(
  store: CoordinatorStore,
  audits: AuditStore,
  { volunteer, reason, isTold }: Voiding,
  now: number,
): { readonly results: number; readonly isChanged: boolean } {
  const isNew = store.voided.add(volunteer, reason, isTold, now);
  const { voided, runs } = rollBack(store.results.standing(), volunteer);
  const at = new Date(now).toISOString();
  for (const { position, shard, for: why } of voided) {
    store.results.void(position, canonicalJson({ at, for: why, reason } satisfies Voided));
    audits.withdraw(shard);
  }
  for (const run of runs) store.runs.advance(run);
  const standsAt = new Map(runs.map((run) => [`${run.variant}/${run.seed}`, run.shards]));
  for (const lease of store.leases.live(now)) {
    const isAhead = lease.index > (standsAt.get(`${lease.variant}/${lease.seed}`) ?? Infinity);
    if (!isAhead && lease.volunteer !== volunteer) continue;
    store.leases.giveBack(lease.id, now);
    audits.forget(lease.shard);
  }
  return { results: voided.length, isChanged: isNew || voided.length > 0 };
}
