import type { Readings } from "../shared/claims/judging/readings.ts";
import { sliced } from "./sliced.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS readings (experiment TEXT PRIMARY KEY, asked TEXT NOT NULL, json TEXT NOT NULL, leased TEXT NOT NULL,
    changed INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS readings_rest (experiment TEXT NOT NULL, part INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (experiment, part)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS written (key TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS latched (key TEXT PRIMARY KEY, verdict TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS judging (begun_at INTEGER NOT NULL, hints INTEGER NOT NULL);
`;

/** What an experiment has said last, and which of its runs are leased. */
export interface Heard {
  readonly readings: Readings;
  readonly leased: readonly { readonly variant: string; readonly seed: number }[];
  /** Not judged yet. */
  readonly changed: boolean;
}

/**
 * The study's tables for judging. They hold nothing that the experiments could not say again, so they need no migrations: what was read for other claims
 * (`asked`, their hash) does not count.
 */
export class VerdictStore {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    sql.exec(SCHEMA);
  }

  hear(asked: string, readings: Readings, leased: Heard["leased"]): void {
    const { id } = readings.header;
    // With 2,500 runs it is more than one value holds.
    const [first, ...rest] = sliced(JSON.stringify(readings));
    this.sql.exec("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, 1)", id, asked, first, JSON.stringify(leased));
    this.sql.exec("DELETE FROM readings_rest WHERE experiment = ? AND part >= ?", id, rest.length);
    for (const [part, text] of rest.entries())
      this.sql.exec("INSERT OR REPLACE INTO readings_rest VALUES (?, ?, ?)", id, part, text);
  }

  heard(asked: string): Heard[] {
    const query = "SELECT experiment, json, leased, changed FROM readings WHERE asked = ? ORDER BY experiment";
    const rows = this.sql.exec<{ experiment: string; json: string; leased: string; changed: number }>(query, asked).toArray();
    return rows.map(({ experiment, json, leased, changed }) => ({
      readings: JSON.parse(json + this.rest(experiment)) as Readings,
      leased: JSON.parse(leased) as Heard["leased"],
      changed: changed === 1,
    }));
  }

  forget(experiment: string): void {
    this.sql.exec("DELETE FROM readings WHERE experiment = ?", experiment);
    this.sql.exec("DELETE FROM readings_rest WHERE experiment = ?", experiment);
  }

  private rest(experiment: string): string {
    const query = "SELECT text FROM readings_rest WHERE experiment = ? ORDER BY part";
    return this.sql
      .exec<{ text: string }>(query, experiment)
      .toArray()
      .map(({ text }) => text)
      .join("");
  }

  hasChanges(): boolean {
    return this.sql.exec("SELECT 1 FROM readings WHERE changed = 1 LIMIT 1").toArray().length > 0;
  }

  /** Nothing may be heard between reading what was heard and this. */
  setUnchanged(): void {
    this.sql.exec("UPDATE readings SET changed = 0 WHERE changed = 1");
  }

  setChanged(experiments: readonly string[]): void {
    for (const id of experiments) this.sql.exec("UPDATE readings SET changed = 1 WHERE experiment = ?", id);
  }

  /** SHA-256 of what a key in KV holds. */
  written(key: string): string | null {
    return this.sql.exec<{ sha256: string }>("SELECT sha256 FROM written WHERE key = ?", key).toArray()[0]?.sha256 ?? null;
  }

  setWritten(key: string, sha256: string): void {
    this.sql.exec("INSERT OR REPLACE INTO written VALUES (?, ?)", key, sha256);
  }

  /** @param key a family's claim  @returns whether that is another verdict than before; undecided is none */
  noteVerdict(key: string, verdict: string): boolean {
    const known = this.sql.exec<{ verdict: string }>("SELECT verdict FROM latched WHERE key = ?", key).toArray()[0]?.verdict;
    if (verdict === (known ?? "undecided")) return false;
    this.sql.exec("INSERT OR REPLACE INTO latched VALUES (?, ?)", key, verdict);
    return true;
  }

  /** When judging began last (ms since 1970), and how many hints were made before. */
  judging(): { begunAt: number; hints: number } {
    const row = this.sql.exec<{ begun_at: number; hints: number }>("SELECT * FROM judging").toArray()[0];
    return { begunAt: row?.begun_at ?? 0, hints: row?.hints ?? 0 };
  }

  setJudging(begunAt: number, hints: number): void {
    this.sql.exec("DELETE FROM judging");
    this.sql.exec("INSERT INTO judging VALUES (?, ?)", begunAt, hints);
  }
}
