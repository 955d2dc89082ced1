import { ExperimentHeader } from "../shared/protocol/experiment.ts";
import { Rerun } from "../shared/protocol/rerun.ts";
import { IDENTITY_TABLES } from "./identity/volunteers.ts";
import { createTables, hasTable, type Tables, upgradeTables } from "./schema-version.ts";

const SCHEMA = `
  CREATE TABLE reruns (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL, header TEXT NOT NULL,
    reply TEXT NOT NULL, opened INTEGER NOT NULL);
  CREATE TABLE idempotency_keys (key TEXT PRIMARY KEY, body_sha256 TEXT NOT NULL, rerun TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE published (study_sha256 TEXT NOT NULL, reruns INTEGER NOT NULL);
  ${IDENTITY_TABLES}
`;

const TABLES: Tables = {
  marker: "reruns",
  schema: SCHEMA,
  migrations: [
    // 2: volunteers have keys.
    IDENTITY_TABLES,
  ],
};

/** The study's tables: its reruns, the keys under which they were asked for, and what the index in KV holds. */
export class StudyStore {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    if (hasTable(sql, TABLES.marker)) upgradeTables(sql, TABLES);
    else createTables(sql, TABLES);
  }

  header(id: string): ExperimentHeader | null {
    const row = this.sql.exec<{ header: string }>("SELECT header FROM reruns WHERE id = ?", id).toArray()[0];
    return row ? ExperimentHeader.parse(JSON.parse(row.header)) : null;
  }

  rerun(id: string): Rerun | null {
    const row = this.sql.exec<{ reply: string }>("SELECT reply FROM reruns WHERE id = ?", id).toArray()[0];
    return row ? Rerun.parse(JSON.parse(row.reply)) : null;
  }

  /** Oldest first. */
  reruns(): Rerun[] {
    const rows = this.sql.exec<{ reply: string }>("SELECT reply FROM reruns ORDER BY number").toArray();
    return rows.map(({ reply }) => Rerun.parse(JSON.parse(reply)));
  }

  countReruns(parent: string): number {
    return this.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM reruns WHERE parent = ?", parent).one().n;
  }

  addRerun(header: ExperimentHeader, reply: Rerun): void {
    const { id, parent } = reply;
    this.sql.exec(
      "INSERT INTO reruns (id, parent, header, reply, opened) VALUES (?, ?, ?, ?, 0)",
      ...[id, parent, JSON.stringify(header), JSON.stringify(reply)],
    );
  }

  /** Reruns whose coordinator has not been told yet. */
  unopened(): ExperimentHeader[] {
    const rows = this.sql.exec<{ header: string }>("SELECT header FROM reruns WHERE opened = 0 ORDER BY number").toArray();
    return rows.map(({ header }) => ExperimentHeader.parse(JSON.parse(header)));
  }

  /** A deployment with other plans or another protocol opens all of them again, so that they are published as it wants them. */
  setUnopened(): void {
    this.sql.exec("UPDATE reruns SET opened = 0");
  }

  setOpened(id: string): void {
    this.sql.exec("UPDATE reruns SET opened = 1 WHERE id = ?", id);
  }

  key(key: string): { bodySha256: string; rerun: string } | null {
    const query = "SELECT body_sha256, rerun FROM idempotency_keys WHERE key = ?";
    const row = this.sql.exec<{ body_sha256: string; rerun: string }>(query, key).toArray()[0];
    return row ? { bodySha256: row.body_sha256, rerun: row.rerun } : null;
  }

  addKey(key: string, bodySha256: string, rerun: string): void {
    this.sql.exec("INSERT INTO idempotency_keys VALUES (?, ?, ?)", key, bodySha256, rerun);
  }

  /** What the index in KV holds, or null before its first publication. */
  published(): { studySha256: string; reruns: number } | null {
    const row = this.sql.exec<{ study_sha256: string; reruns: number }>("SELECT * FROM published").toArray()[0];
    return row ? { studySha256: row.study_sha256, reruns: row.reruns } : null;
  }

  setPublished(studySha256: string, reruns: number): void {
    this.sql.exec("DELETE FROM published");
    this.sql.exec("INSERT INTO published VALUES (?, ?)", studySha256, reruns);
  }
}
