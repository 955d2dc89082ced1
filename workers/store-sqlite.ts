import { ExperimentHeader } from "../shared/protocol/experiment.ts";
import { Device } from "../shared/protocol/lease.ts";
import type { LeaseRecord } from "./coordinator/lease-record.ts";
import type { Run } from "./coordinator/work-generator.ts";
import { COORDINATOR_TABLES } from "./coordinator-tables.ts";
import { createTables, hasTable, upgradeTables } from "./schema-version.ts";

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
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  /** False for a name that nobody opened an experiment under: then there are no tables, and asking costs no storage. */
  isOpen(): boolean {
    return hasTable(this.sql, COORDINATOR_TABLES.marker);
  }

  open(header: ExperimentHeader, runs: readonly Run[]): void {
    createTables(this.sql, COORDINATOR_TABLES);
    this.sql.exec("INSERT INTO experiment VALUES (?, 0, 1, 0, 0, 0, NULL)", JSON.stringify(header));
    for (const run of runs) this.sql.exec("INSERT INTO runs VALUES (?, ?, 0, NULL, NULL)", run.variant, run.seed);
  }

  /** Brings tables that an earlier deployment made up to date. @returns whether anything changed */
  upgrade(): boolean {
    return upgradeTables(this.sql, COORDINATOR_TABLES);
  }

  header(): ExperimentHeader {
    return ExperimentHeader.parse(JSON.parse(this.sql.exec<{ header: string }>("SELECT header FROM experiment").one().header));
  }

  setHeader(header: ExperimentHeader): void {
    this.sql.exec("UPDATE experiment SET header = ?", JSON.stringify(header));
  }

  runs(): Run[] {
    return this.sql.exec<RunRow>("SELECT * FROM runs").toArray().map(toRun);
  }

  /** @throws Error for a run that the plan does not have */
  run(variant: string, seed: number): Run {
    return toRun(this.sql.exec<RunRow>("SELECT * FROM runs WHERE variant = ? AND seed = ?", variant, seed).one());
  }

  advance(run: Run): void {
    const { shards, checkpoint, divergedAt, variant, seed } = run;
    this.sql.exec(
      "UPDATE runs SET shards = ?, checkpoint = ?, diverged_at = ? WHERE variant = ? AND seed = ?",
      ...[shards, checkpoint, divergedAt, variant, seed],
    );
  }

  lease(id: string): LeaseRecord | null {
    return this.sql.exec<LeaseRow>("SELECT * FROM leases WHERE id = ?", id).toArray().map(toLease)[0] ?? null;
  }

  liveLeases(now: number): LeaseRecord[] {
    const open = "returned_at IS NULL AND result_sha256 IS NULL";
    return this.sql
      .exec<LeaseRow>(`SELECT * FROM leases WHERE ${open} AND deadline > ? ORDER BY deadline`, now)
      .toArray()
      .map(toLease);
  }

  addLease(lease: LeaseRecord): void {
    const { id, shard, variant, seed, index, volunteer, network, device, leasedAt, deadline } = lease;
    this.sql.exec(
      "INSERT INTO leases VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, NULL, NULL, 0, ?)",
      ...[id, shard, variant, seed, index, volunteer, JSON.stringify(device), leasedAt, deadline, network],
    );
  }

  extendLease(id: string, deadline: number): void {
    this.sql.exec("UPDATE leases SET deadline = ? WHERE id = ?", deadline, id);
  }

  returnLease(id: string, now: number): void {
    this.sql.exec("UPDATE leases SET returned_at = ? WHERE id = ?", now, id);
  }

  resolveLease(id: string, resultSha256: string): void {
    this.sql.exec("UPDATE leases SET result_sha256 = ? WHERE id = ?", resultSha256, id);
  }

  countUpload(id: string): void {
    this.sql.exec("UPDATE leases SET uploads = uploads + 1 WHERE id = ?", id);
  }

  /** @param json a StoredResult, canonical */
  addResult(shard: string, volunteer: string, steps: number, json: string): void {
    this.sql.exec("INSERT INTO results VALUES (?, ?, ?, ?)", shard, volunteer, steps, json);
  }

  /** Every StoredResult, as JSON text. */
  results(): string[] {
    return this.sql
      .exec<{ json: string }>("SELECT json FROM results")
      .toArray()
      .map(({ json }) => json);
  }

  contribution(volunteer: string): { shards: number; steps: number } {
    const query = "SELECT COUNT(*) AS shards, COALESCE(SUM(steps), 0) AS steps FROM results WHERE volunteer = ?";
    return this.sql.exec<{ shards: number; steps: number }>(query, volunteer).one();
  }

  /** What everyone gave who has a key; those from before there were keys have names of another kind. */
  gifts(): { volunteer: string; shards: number; steps: number }[] {
    const query =
      "SELECT volunteer, COUNT(*) AS shards, SUM(steps) AS steps FROM results WHERE length(volunteer) = 64 GROUP BY volunteer";
    return this.sql.exec<{ volunteer: string; shards: number; steps: number }>(query).toArray();
  }

  model(name: string): string | null {
    return this.sql.exec<{ sha256: string }>("SELECT sha256 FROM models WHERE name = ?", name).toArray()[0]?.sha256 ?? null;
  }

  addModel(name: string, sha256: string): void {
    this.sql.exec("INSERT INTO models VALUES (?, ?)", name, sha256);
  }

  publication(): Publication {
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
    const { version, changes, publishedChanges, begunAt, trainingNow, alarmAt } = { ...this.publication(), ...change };
    this.sql.exec(
      "UPDATE experiment SET version = ?, changes = ?, published_changes = ?, begun_at = ?, training_now = ?, alarm_at = ?",
      ...[version, changes, publishedChanges, begunAt, trainingNow, alarmAt],
    );
  }
}

type Row<T> = T & Record<string, SqlStorageValue>;
type PublicationRow = Row<{
  version: number;
  changes: number;
  published_changes: number;
  begun_at: number;
  training_now: number;
  alarm_at: number | null;
}>;
type RunRow = Row<{ variant: string; seed: number; shards: number; checkpoint: string | null; diverged_at: number | null }>;
type LeaseRow = Row<{
  id: string;
  shard: string;
  variant: string;
  seed: number;
  shard_index: number;
  volunteer: string;
  network: string | null;
  device: string;
  leased_at: number;
  deadline: number;
  returned_at: number | null;
  result_sha256: string | null;
  uploads: number;
}>;

const toRun = ({ variant, seed, shards, checkpoint, diverged_at }: RunRow): Run => ({
  variant,
  seed,
  shards,
  checkpoint,
  divergedAt: diverged_at,
});

function toLease(row: LeaseRow): LeaseRecord {
  const { id, shard, variant, seed, volunteer, network, deadline, uploads } = row;
  return {
    ...{ id, shard, variant, seed, index: row.shard_index, volunteer, network, device: Device.parse(JSON.parse(row.device)) },
    ...{ leasedAt: row.leased_at, deadline, returnedAt: row.returned_at, resultSha256: row.result_sha256, uploads },
  };
}
