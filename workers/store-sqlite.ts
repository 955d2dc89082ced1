import { ExperimentHeader } from "../shared/protocol/experiment.ts";
import type { Run } from "./coordinator/work-generator.ts";
import { COORDINATOR_TABLES } from "./coordinator-tables.ts";
import type { Gift } from "./identity/volunteers.ts";
import { LeaseStore } from "./leases-sqlite.ts";
import { PartStore } from "./parts-sqlite.ts";
import { ResultStore } from "./results-sqlite.ts";
import { RunStore } from "./runs-sqlite.ts";
import { createTables, hasTable, upgradeTables } from "./schema-version.ts";
import { VoidedStore } from "./voided-sqlite.ts";

/** Where publication stands; times in ms since 1970. */
export interface Publication {
  /** Of the last publication begun. */
  readonly version: number;
  /** Changes of what is published, counted; and how many of them the last finished publication held. */
  readonly changes: number;
  readonly publishedChanges: number;
  readonly begunAt: number;
  readonly trainingNow: number;
  /** For when the alarm is set; kept here because asking the platform would mean waiting. */
  readonly alarmAt: number | null;
}

/** A coordinator's tables. Every method is one statement or a few; what they mean together is decided elsewhere. */
export class CoordinatorStore {
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  readonly parts: PartStore;
  readonly results: ResultStore;
  readonly voided: VoidedStore;
  private readonly sql: SqlStorage;
  private isKnownOpen = false;
  private parsed: ExperimentHeader | null = null;
  private published: Publication | null = null;
  private pause: { readonly reason: string | null } | null = null;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    this.runs = new RunStore(sql);
    this.leases = new LeaseStore(sql);
    this.parts = new PartStore(sql);
    this.results = new ResultStore(sql);
    this.voided = new VoidedStore(sql);
  }

  /** False for a name that nobody opened an experiment under: then there are no tables, and asking costs no storage. */
  isOpen(): boolean {
    this.isKnownOpen ||= hasTable(this.sql, COORDINATOR_TABLES.marker);
    return this.isKnownOpen;
  }

  /** @param runs those that are kept here */
  open(header: ExperimentHeader, runs: readonly Run[]): void {
    createTables(this.sql, COORDINATOR_TABLES);
    this.sql.exec("INSERT INTO experiment VALUES (?, 0, 1, 0, 0, 0, NULL)", JSON.stringify(header));
    for (const run of runs) this.sql.exec("INSERT INTO runs (variant, seed, shards) VALUES (?, ?, 0)", run.variant, run.seed);
  }

  /** Brings tables that an earlier deployment made up to date. @returns whether anything changed */
  upgrade(): boolean {
    const changed = upgradeTables(this.sql, COORDINATOR_TABLES);
    if (changed) this.results.linkAll();
    return changed;
  }

  /** Kept once it was parsed: every call asks for it. */
  header(): ExperimentHeader {
    this.parsed ??= ExperimentHeader.parse(
      JSON.parse(this.sql.exec<{ header: string }>("SELECT header FROM experiment").one().header),
    );
    return this.parsed;
  }

  setHeader(header: ExperimentHeader): void {
    this.parsed = null;
    this.sql.exec("UPDATE experiment SET header = ?", JSON.stringify(header));
  }

  /** The runs that are leased now, here and in this experiment's gateways as far as they have said so. */
  training(now: number): { variant: string; seed: number }[] {
    const own = this.leases.live(now).map(({ variant, seed }) => ({ variant, seed }));
    if (!hasTable(this.sql, "gateways")) return own;
    const rows = this.sql.exec<{ leased: string }>("SELECT leased FROM gateways").toArray();
    return [...own, ...rows.flatMap(({ leased }) => JSON.parse(leased) as typeof own)];
  }

  /** What everyone gave who has a key; those from before there were keys have names of another kind. */
  gifts(): Gift[] {
    const query = `SELECT results.volunteer, COUNT(*) AS shards, SUM(steps) AS steps, SUM(CASE WHEN passed.shard IS NULL THEN 0 ELSE steps END) AS audited
       FROM results LEFT JOIN (SELECT DISTINCT shard, volunteer FROM audits WHERE verdict = 'passed') AS passed
         ON passed.shard = results.shard AND passed.volunteer = results.volunteer
       WHERE length(results.volunteer) = 64 AND voided IS NULL GROUP BY results.volunteer`;
    return this.sql.exec<Gift & Record<string, SqlStorageValue>>(query).toArray();
  }

  /** Why nothing is leased out now, or null. */
  paused(): string | null {
    this.pause ??= { reason: this.sql.exec<{ reason: string }>("SELECT reason FROM paused").toArray()[0]?.reason ?? null };
    return this.pause.reason;
  }

  setPaused(reason: string | null): void {
    this.pause = null;
    this.sql.exec("DELETE FROM paused");
    if (reason !== null) this.sql.exec("INSERT INTO paused VALUES (?)", reason);
  }

  model(name: string): string | null {
    return this.sql.exec<{ sha256: string }>("SELECT sha256 FROM models WHERE name = ?", name).toArray()[0]?.sha256 ?? null;
  }

  addModel(name: string, sha256: string): void {
    this.sql.exec("INSERT INTO models VALUES (?, ?)", name, sha256);
  }

  /** What is kept in memory is read again: the tables were written by somebody else, or what was written was undone. */
  forget(): void {
    this.isKnownOpen = false;
    this.parsed = this.published = this.pause = null;
    this.runs.forget();
    this.leases.forget();
    this.parts.forget();
  }

  publication(): Publication {
    return (this.published ??= this.readPublication());
  }

  private readPublication(): Publication {
    const columns = "version, changes, published_changes, begun_at, training_now, alarm_at";
    const row = this.sql.exec<PublicationRow>(`SELECT ${columns} FROM experiment`).one();
    return {
      version: row.version,
      changes: row.changes,
      publishedChanges: row.published_changes,
      begunAt: row.begun_at,
      trainingNow: row.training_now,
      alarmAt: row.alarm_at,
    };
  }

  setPublication(change: Partial<Publication>): void {
    const next = { ...this.publication(), ...change };
    const { version, changes, publishedChanges, begunAt, trainingNow, alarmAt } = next;
    this.sql.exec(
      "UPDATE experiment SET version = ?, changes = ?, published_changes = ?, begun_at = ?, training_now = ?, alarm_at = ?",
      ...[version, changes, publishedChanges, begunAt, trainingNow, alarmAt],
    );
    this.published = next;
  }
}

type PublicationRow = {
  version: number;
  changes: number;
  published_changes: number;
  begun_at: number;
  training_now: number;
  alarm_at: number | null;
};
