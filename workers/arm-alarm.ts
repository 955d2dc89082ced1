import { nextAlarm } from "./coordinator/snapshot.ts";
import type { CoordinatorStore } from "./store-sqlite.ts";

/**
 * Sets an experiment's alarm for what comes next, unless it is set for earlier. Nothing is awaited: the platform keeps it together with the writes before it.
 * @param everyMs changes are told at most so often  @param turnAt and not before (ms since 1970)
 */
export function armAlarm(
  store: CoordinatorStore,
  storage: DurableObjectStorage,
  { everyMs, turnAt = 0 }: { readonly everyMs: number; readonly turnAt?: number },
  now: number,
): void {
  const { changes, publishedChanges, begunAt } = store.publication();
  const nextDeadline = store.leases.nextDeadline(now);
  const next = nextAlarm({ dirty: changes > publishedChanges, begunAt, nextDeadline, turnAt }, everyMs, now);
  if (next !== null) wakeBy(store, storage, next);
}

/** Sets an experiment's alarm for this time (ms since 1970), unless it is set for earlier. */
export function wakeBy(store: CoordinatorStore, storage: DurableObjectStorage, at: number): void {
  const { alarmAt } = store.publication();
  if (alarmAt !== null && alarmAt <= at) return;
  store.setPublication({ alarmAt: at });
  void storage.setAlarm(at);
}

/** Something that is to be told has changed. */
export function countChange(store: CoordinatorStore): void {
  store.setPublication({ changes: store.publication().changes + 1 });
}
