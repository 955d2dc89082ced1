import { canonicalJson } from "../../shared/math/json.ts";
import type { Voided } from "../../shared/protocol/result.ts";
import type { Publisher } from "../publisher.ts";
import type { CoordinatorStore } from "../store-sqlite.ts";
import { rollBack } from "./roll-back.ts";

/**
 * Writes what voiding a volunteer means in one experiment; to be called in a transaction.
 * @param now milliseconds since 1970
 * @returns how many results no longer count
 */
export function voidVolunteer(
  store: CoordinatorStore,
  publisher: Publisher,
  volunteer: string,
  reason: string,
  now: number,
): number {
  const isNew = store.voidVolunteer(volunteer, reason, now);
  const { voided, runs } = rollBack(store.standing(), volunteer);
  const at = new Date(now).toISOString();
  for (const { position, for: why } of voided) store.voidResult(position, canonicalJson({ at, for: why, reason } satisfies Voided));
  for (const run of runs) store.advance(run);
  const standsAt = new Map(runs.map((run) => [`${run.variant}/${run.seed}`, run.shards]));
  for (const lease of store.liveLeases(now)) {
    const isAhead = lease.index > (standsAt.get(`${lease.variant}/${lease.seed}`) ?? Infinity);
    if (isAhead || lease.volunteer === volunteer) store.returnLease(lease.id, now);
  }
  if (isNew || voided.length > 0) publisher.noteChange();
  return voided.length;
}
