import { ExperimentHeader } from "../shared/protocol/experiment.ts";
import { Device, type Provider } from "../shared/protocol/lease.ts";
import type { Standing } from "./audit/roll-back.ts";
import type { LeaseRecord } from "./coordinator/lease-record.ts";
import type { Run } from "./coordinator/work-generator.ts";
import { COORDINATOR_TABLES } from "./coordinator-tables.ts";
import type { Gift } from "./identity/volunteers.ts";
import { NO_RESULTS, resultLink } from "./results-chain.ts";
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

  /** @param runs those that are kept here */
  open(header: ExperimentHeader, runs: readonly Run[]): void {
    createTables(this.sql, COORDINATOR_TABLES);
    this.sql.exec("INSERT INTO experiment VALUES (?, 0, 1, 0, 0, 0, NULL)", JSON.stringify(header));
    for (const run of runs) this.sql.exec("INSERT INTO runs (variant, seed, shards) VALUES (?, ?, 0)", run.variant, run.seed);
  }

  /** Brings tables that an earlier deployment made up to date. @returns whether anything changed */
  upgrade(): boolean {
    const changed = upgradeTables(this.sql, COORDINATOR_TABLES);
    if (changed) this.linkResults();
    return changed;
  }

  /** Chains results that an earlier deployment stored without links. */
  private linkResults(): void {
    let link = NO_RESULTS;
    for (const { position, json } of this.sql
      .exec<{ position: number; json: string }>("SELECT position, json FROM results ORDER BY position")
      .toArray()) {
      link = resultLink(link, json);
      this.sql.exec("UPDATE results SET link = ? WHERE position = ?", link, position);
    }
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

  /** The run that a shard belongs to, by the shard's name. */
  runOfShard(shard: string): Run {
    const [, variant = "", seed = ""] = /^[^.]+\.(.+)\.s(\d+)\.k\d+$/.exec(shard) ?? [];
    return this.run(variant, Number(seed));
  }

  advance(run: Run): void {
    const { shards, step, checkpoint, divergedAt, variant, seed } = run;
    this.sql.exec(
      "UPDATE runs SET shards = ?, step = ?, checkpoint = ?, diverged_at = ? WHERE variant = ? AND seed = ?",
      ...[shards, step, checkpoint, divergedAt, variant, seed],
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

  /** The runs that are leased now, here and in this experiment's gateways as far as they have said so. */
  training(now: number): { variant: string; seed: number }[] {
    const own = this.liveLeases(now).map(({ variant, seed }) => ({ variant, seed }));
    if (!hasTable(this.sql, "gateways")) return own;
    const rows = this.sql.exec<{ leased: string }>("SELECT leased FROM gateways").toArray();
    return [...own, ...rows.flatMap(({ leased }) => JSON.parse(leased) as typeof own)];
  }

  addLease(lease: LeaseRecord): void {
    const { id, shard, variant, seed, index, volunteer, network, device, leasedAt, deadline, fromStep, toStep, isCalibrated } =
      lease;
    const columns =
      "id, shard, variant, seed, shard_index, volunteer, network, device, leased_at, deadline, uploads, from_step, to_step, calibrated";
    this.sql.exec(
      `INSERT INTO leases (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
      ...[
        id,
        shard,
        variant,
        seed,
        index,
        volunteer,
        network,
        JSON.stringify(device),
        leasedAt,
        deadline,
        fromStep,
        toStep,
        isCalibrated ? 1 : 0,
      ],
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

  /** @param json a StoredResult, canonical  @param voided a Voided, for one that no longer counts */
  addResult(shard: string, volunteer: string, steps: number, json: string, voided: string | null = null): void {
    const link = resultLink(this.lastLink(), json);
    const columns = "shard, volunteer, steps, json, link, voided";
    this.sql.exec(`INSERT INTO results (${columns}) VALUES (?, ?, ?, ?, ?, ?)`, shard, volunteer, steps, json, link, voided);
  }

  /** The end of the chain of results. */
  lastLink(): string {
    const query = "SELECT link FROM results ORDER BY position DESC LIMIT 1";
    return this.sql.exec<{ link: string }>(query).toArray()[0]?.link ?? NO_RESULTS;
  }

  /** Every StoredResult that counts, as JSON text, in the order in which they were accepted. */
  results(): string[] {
    return this.sql
      .exec<{ json: string }>("SELECT json FROM results WHERE voided IS NULL ORDER BY position")
      .toArray()
      .map(({ json }) => json);
  }

  /** Every VoidedResult, as JSON text. */
  voidedResults(): string[] {
    return this.sql
      .exec<{ json: string; voided: string }>("SELECT json, voided FROM results WHERE voided IS NOT NULL ORDER BY position")
      .toArray()
      .map(({ json, voided }) => `{"result":${json},"voided":${voided}}`);
  }

  /** What voiding has to know of the results that count. */
  standing(): Standing[] {
    const field = (name: string) => `json_extract(json, '$.${name}')`;
    const columns = `position, shard, volunteer, ${field("variant")} AS variant, ${field("seed")} AS seed, ${field("provenance.fromStep")} AS from_step,
      ${field("provenance.endCheckpoint")} AS end_checkpoint`;
    return this.sql.exec<StandingRow>(`SELECT ${columns} FROM results WHERE voided IS NULL`).toArray().map(toStanding);
  }

  /** @param why a Voided */
  voidResult(position: number, why: string): void {
    this.sql.exec("UPDATE results SET voided = ? WHERE position = ?", why, position);
  }

  /** The result of a shard that counts, if one does, no longer does. @param why a Voided */
  voidShard(shard: string, why: string): void {
    this.sql.exec("UPDATE results SET voided = ? WHERE shard = ? AND voided IS NULL", why, shard);
  }

  /**
   * From now on this volunteer gets no leases.
   * @param isTold whether the study knows already: then it was the one that asked  @returns false when that was so before
   */
  voidVolunteer(volunteer: string, reason: string, isTold: boolean, now: number): boolean {
    const query = "INSERT OR IGNORE INTO voided_volunteers VALUES (?, ?, ?, ?)";
    return this.sql.exec(query, volunteer, now, reason, isTold ? 1 : 0).rowsWritten > 0;
  }

  /** Volunteers voided here of whom the study has not been told yet. */
  untold(): { volunteer: string; reason: string }[] {
    const query = "SELECT volunteer, reason FROM voided_volunteers WHERE told = 0 ORDER BY at";
    return this.sql.exec<{ volunteer: string; reason: string }>(query).toArray();
  }

  setTold(volunteer: string): void {
    this.sql.exec("UPDATE voided_volunteers SET told = 1 WHERE volunteer = ?", volunteer);
  }

  /** Why a volunteer's results were voided, or null. */
  voidedFor(volunteer: string): string | null {
    const query = "SELECT reason FROM voided_volunteers WHERE volunteer = ?";
    return this.sql.exec<{ reason: string }>(query, volunteer).toArray()[0]?.reason ?? null;
  }

  /** Steps in a second, measurements included, of a volunteer's last result that counts, if this provider trained it; else null. */
  lastSpeed(volunteer: string, provider: Provider): number | null {
    const from = (name: string) => `json_extract(json, '$.provenance.${name}')`;
    const query = `SELECT steps, ${from("trainMs")} + ${from("evaluateMs")} AS ms, ${from("device.provider")} AS provider FROM results
      WHERE position = (SELECT MAX(position) FROM results WHERE volunteer = ? AND voided IS NULL)`;
    const row = this.sql.exec<{ steps: number; ms: number; provider: string }>(query, volunteer).toArray()[0];
    return row?.provider === provider && row.ms > 0 && row.steps > 0 ? row.steps / (row.ms / 1000) : null;
  }

  contribution(volunteer: string): { shards: number; steps: number } {
    const query =
      "SELECT COUNT(*) AS shards, COALESCE(SUM(steps), 0) AS steps FROM results WHERE volunteer = ? AND voided IS NULL";
    return this.sql.exec<{ shards: number; steps: number }>(query, volunteer).one();
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
    return this.sql.exec<{ reason: string }>("SELECT reason FROM paused").toArray()[0]?.reason ?? null;
  }

  setPaused(reason: string | null): void {
    this.sql.exec("DELETE FROM paused");
    if (reason !== null) this.sql.exec("INSERT INTO paused VALUES (?)", reason);
  }

  /** How many results were accepted, and under leases whose deadline was later than `since` (ms since 1970). */
  countResults(since: number): { results: number; recent: number } {
    const results = this.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM results").one().n;
    const query = "SELECT COUNT(*) AS n FROM leases WHERE result_sha256 IS NOT NULL AND deadline > ?";
    return { results, recent: this.sql.exec<{ n: number }>(query, since).one().n };
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
type RunRow = Row<{
  variant: string;
  seed: number;
  shards: number;
  checkpoint: string | null;
  diverged_at: number | null;
  step: number;
}>;
type StandingRow = Row<{
  position: number;
  shard: string;
  volunteer: string;
  variant: string;
  seed: number;
  from_step: number;
  end_checkpoint: string | null;
}>;
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
  from_step: number;
  to_step: number;
  calibrated: number;
}>;

const toRun = ({ variant, seed, shards, checkpoint, diverged_at, step }: RunRow): Run => ({
  variant,
  seed,
  shards,
  step,
  checkpoint,
  divergedAt: diverged_at,
});

const toStanding = ({ from_step, end_checkpoint, ...rest }: StandingRow): Standing => ({
  ...{ position: rest.position, shard: rest.shard, volunteer: rest.volunteer, variant: rest.variant, seed: rest.seed },
  ...{ fromStep: from_step, endCheckpoint: end_checkpoint },
});

function toLease(row: LeaseRow): LeaseRecord {
  const { id, shard, variant, seed, volunteer, network, deadline, uploads, from_step: fromStep, to_step: toStep } = row;
  return {
    ...{
      id,
      shard,
      variant,
      seed,
      index: row.shard_index,
      fromStep,
      toStep,
      volunteer,
      network,
      device: Device.parse(JSON.parse(row.device)),
      isCalibrated: row.calibrated === 1,
    },
    ...{ leasedAt: row.leased_at, deadline, returnedAt: row.returned_at, resultSha256: row.result_sha256, uploads },
  };
}
