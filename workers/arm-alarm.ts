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
  const { changes, publishedChanges, begunAt, alarmAt } = store.publication();
  const nextDeadline = store.liveLeases(now)[0]?.deadline ?? null;
  const next = nextAlarm({ dirty: changes > publishedChanges, begunAt, nextDeadline, turnAt }, everyMs, now);
  if (next === null || (alarmAt !== null && alarmAt <= next)) return;
  store.setPublication({ alarmAt: next });
  void storage.setAlarm(next);
}
