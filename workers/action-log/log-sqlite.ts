import { type Action, LogEntry, type LogPage } from "../../shared/protocol/action-log.ts";
import { EMPTY, type Head, nextEntry } from "./chain.ts";

/** Table of the log, for the study's store. */
export const LOG_TABLE = "CREATE TABLE log (n INTEGER PRIMARY KEY, json TEXT NOT NULL);";

/** Entries of one page. */
const PAGE = 200;

/** The action log in the study's SQLite: rows are only added. */
export class ActionLog {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  head(): Head {
    const row = this.sql.exec<{ json: string }>("SELECT json FROM log ORDER BY n DESC LIMIT 1").toArray()[0];
    return row ? LogEntry.parse(JSON.parse(row.json)) : EMPTY;
  }

  /** To be called in the turn of what it tells about, so that both are kept or neither. @param now milliseconds since 1970 */
  append(action: Action, now: number): LogEntry {
    const entry = nextEntry(this.head(), action, now);
    this.put(entry);
    return entry;
  }

  page(after: number): LogPage {
    const rows = this.sql
      .exec<{ json: string }>("SELECT json FROM log WHERE n > ? ORDER BY n LIMIT ?", after, PAGE + 1)
      .toArray()
      .map(({ json }) => LogEntry.parse(JSON.parse(json)));
    const entries = rows.slice(0, PAGE);
    return { entries, next: rows.length > PAGE ? entries.at(-1)!.n : null };
  }

  /** An entry as it is, the next of this chain. */
  put(entry: LogEntry): void {
    this.sql.exec("INSERT INTO log VALUES (?, ?)", entry.n, JSON.stringify(entry));
  }

  /** Forgets a log that tells of openings only, before a bundle's takes its place: nothing was done to the study yet. */
  clear(): void {
    this.sql.exec("DELETE FROM log");
  }
}
