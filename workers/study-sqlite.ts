import { ExperimentHeader } from "../shared/protocol/experiment.ts";
import type { Counters } from "../shared/protocol/operator.ts";
import { Rerun } from "../shared/protocol/rerun.ts";
import { LOG_TABLE } from "./action-log/log-sqlite.ts";
import { CALIBRATION_TABLES } from "./calibration/calibration-sqlite.ts";
import { COUNTED } from "./identity/hourly-count.ts";
import { SECRET_TABLE } from "./identity/secret-sqlite.ts";
import { AUDITED_COLUMN, VOLUNTEER_TABLES } from "./identity/volunteers.ts";
import { PAUSE_TABLES } from "./operator/pauses-sqlite.ts";
import { createTables, hasTable, type Tables, upgradeTables } from "./schema-version.ts";

const COUNTS = "CREATE TABLE counts (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;";

/** Volunteers whose results no longer count; `settled` when every experiment has been told. */
const VOIDED = `
  CREATE TABLE voided (volunteer TEXT PRIMARY KEY, reason TEXT NOT NULL, at INTEGER NOT NULL, settled INTEGER NOT NULL) WITHOUT ROWID;
`;

/** Experiments of replicas that were made, or are about to be. */
const REPLICAS = "CREATE TABLE replicas (id TEXT PRIMARY KEY, opened INTEGER NOT NULL) WITHOUT ROWID;";

const SCHEMA = `
  CREATE TABLE reruns (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL, header TEXT NOT NULL,
    reply TEXT NOT NULL, opened INTEGER NOT NULL);
  CREATE TABLE idempotency_keys (key TEXT PRIMARY KEY, body_sha256 TEXT NOT NULL, rerun TEXT NOT NULL) WITHOUT ROWID;
  ${REPLICAS}
  CREATE TABLE published (study_sha256 TEXT NOT NULL, reruns INTEGER NOT NULL);
  ${LOG_TABLE}
  ${PAUSE_TABLES}
  ${COUNTS}
  ${VOIDED}
  ${SECRET_TABLE}
  ${VOLUNTEER_TABLES}
  ${AUDITED_COLUMN}
  ${CALIBRATION_TABLES}
  ${COUNTED}
`;

const TABLES: Tables = {
  marker: "reruns",
  schema: SCHEMA,
  migrations: [
    // 2: the action log, what is paused, counts of requests, who was voided, and volunteers with keys.
    `${LOG_TABLE} ${PAUSE_TABLES} ${COUNTS} ${VOIDED} ${SECRET_TABLE} ${VOLUNTEER_TABLES}`,
    // 3: what kinds of devices made of known trainings.
    CALIBRATION_TABLES,
    // 4: drawn pairs are trained again.
    REPLICAS,
    // 5: how much of what a volunteer gave passed an audit.
    AUDITED_COLUMN,
    // 6: caps are not forgotten.
    COUNTED,
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

  addCounts(counts: Counters): void {
    const query = "INSERT INTO counts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = n + excluded.n";
    for (const [name, n] of Object.entries(counts)) this.sql.exec(query, name, n);
  }

  counts(): Counters {
    const rows = this.sql.exec<{ name: string; n: number }>("SELECT name, n FROM counts").toArray();
    return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
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

  /** Oldest first. */
  rerunIds(): string[] {
    const rows = this.sql.exec<{ id: string }>("SELECT id FROM reruns ORDER BY number").toArray();
    return rows.map(({ id }) => id);
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

  replicas(): string[] {
    const rows = this.sql.exec<{ id: string }>("SELECT id FROM replicas ORDER BY id").toArray();
    return rows.map(({ id }) => id);
  }

  addReplica(id: string): void {
    this.sql.exec("INSERT OR IGNORE INTO replicas VALUES (?, 0)", id);
  }

  /** Whether it is wanted and its coordinator has not been told yet. */
  isUnopened(replica: string): boolean {
    return this.sql.exec("SELECT 1 FROM replicas WHERE id = ? AND opened = 0", replica).toArray().length > 0;
  }

  setReplicaOpened(id: string): void {
    this.sql.exec("UPDATE replicas SET opened = 1 WHERE id = ?", id);
  }

  /** A deployment with other plans or another protocol opens all of them again, so that they are published as it wants them. */
  setUnopened(): void {
    this.sql.exec("UPDATE reruns SET opened = 0");
    this.sql.exec("UPDATE replicas SET opened = 0");
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

  /** @returns false when it was voided before */
  void(volunteer: string, reason: string, now: number): boolean {
    return this.sql.exec("INSERT OR IGNORE INTO voided VALUES (?, ?, ?, 0)", volunteer, reason, now).rowsWritten > 0;
  }

  /** Those that some experiment may not have been told of; `all`: every one. */
  voided(which: "unsettled" | "all"): { volunteer: string; reason: string }[] {
    const query = `SELECT volunteer, reason FROM voided ${which === "all" ? "" : "WHERE settled = 0 "}ORDER BY at, volunteer`;
    return this.sql.exec<{ volunteer: string; reason: string }>(query).toArray();
  }

  setVoidSettled(volunteer: string): void {
    this.sql.exec("UPDATE voided SET settled = 1 WHERE volunteer = ?", volunteer);
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
