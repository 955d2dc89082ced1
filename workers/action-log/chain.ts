import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { Action, LogEntry } from "../../shared/protocol/action-log.ts";

/** What stands for the entry before the first one. */
const GENESIS = "0".repeat(64);

/** The end of a log: what the next entry is chained to. */
export type Head = Pick<LogEntry, "n" | "sha256">;

export const EMPTY: Head = { n: 0, sha256: GENESIS };

/** The entry that follows. @param now milliseconds since 1970 */
export function nextEntry(head: Head, { kind, fields }: Action, now: number): LogEntry {
  const entry = { n: head.n + 1, at: new Date(now).toISOString(), kind, fields, previous: head.sha256 };
  return { ...entry, sha256: sha256Hex(canonicalJson(entry)) };
}

/** The first place at which entries, following `head`, are not as they were written, in words; null: they are. */
export function chainFault(entries: readonly LogEntry[], head: Head = EMPTY): string | null {
  let { n, sha256: previous } = head;
  for (const { sha256, ...entry } of entries) {
    const at = `log entry ${entry.n}`;
    if (entry.n !== n + 1) return `${at}: got it after entry ${n}, want entry ${n + 1}`;
    if (entry.previous !== previous) return `${at}: previous: got ${entry.previous}, want ${previous}, the hash of entry ${n}`;
    const hash = sha256Hex(canonicalJson(entry));
    if (hash !== sha256) return `${at}: sha256: got ${sha256}, want ${hash}, which follows from its contents`;
    [n, previous] = [entry.n, sha256];
  }
  return null;
}
