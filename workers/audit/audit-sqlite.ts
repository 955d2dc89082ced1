import type { AuditOutcome, AuditVerdict, Commit, Opening } from "../../shared/protocol/audit.ts";
import type { Audit, AuditLease } from "./audit.ts";
import type { Comparison } from "./audited-devices.ts";
import type { TrackRecord } from "./coin.ts";

/** An interval as it was bound; `because` says why it was drawn, null: it was not. */
export interface BoundInterval {
  readonly fromStep: number;
  /** Where its shard started: another start makes other bits, and what was bound before is void. */
  readonly start: string | null;
  readonly lease: string;
  readonly commit: Commit;
  readonly because: Audit["because"] | null;
}

/** Settled ones that the action log does not tell of yet are `unlogged`; so many at a time. */
const WHICH = {
  open: "WHERE verdict IS NULL",
  unlogged: "WHERE verdict IS NOT NULL AND logged IS NULL",
  all: "",
} as const;

/** Commits, audits and auditors' leases in an experiment's SQLite. Every method is one statement or a few. */
export class AuditStore {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  /** What a volunteer has bound of a shard, in step order. */
  intervals(shard: string, volunteer: string): BoundInterval[] {
    const query = "SELECT intervals FROM bound WHERE shard = ? AND volunteer = ?";
    const row = this.sql.exec<{ intervals: string }>(query, shard, volunteer).toArray()[0];
    return row ? (JSON.parse(row.intervals) as BoundInterval[]) : [];
  }

  /** Whether a state is bound of a shard that is still being trained: it may yet be asked for. */
  isBound(sha256: string): boolean {
    const query =
      "SELECT 1 FROM bound, json_each(bound.intervals) AS one WHERE json_extract(one.value, '$.commit.checkpoint') = ? LIMIT 1";
    return this.sql.exec(query, sha256).toArray().length > 0;
  }

  /** Keeps what a volunteer has bound of a shard, in place of what was kept of it. @param intervals in step order */
  setIntervals(shard: string, volunteer: string, intervals: readonly BoundInterval[]): void {
    const query =
      "INSERT INTO bound VALUES (?, ?, ?) ON CONFLICT (shard, volunteer) DO UPDATE SET intervals = excluded.intervals";
    this.sql.exec(query, shard, volunteer, JSON.stringify(intervals));
  }

  /** The shard is resolved, or its run went back: nothing more is bound of it. */
  forget(shard: string): void {
    this.sql.exec("DELETE FROM bound WHERE shard = ?", shard);
    this.sql.exec("DELETE FROM openings WHERE shard = ?", shard);
  }

  /** Intervals of leases that are over count as abandoned: what is handed in is forgotten here. */
  record(volunteer: string, now: number): TrackRecord {
    const query = `SELECT COUNT(*) AS n FROM bound, json_each(bound.intervals) AS one
      JOIN leases ON leases.id = json_extract(one.value, '$.lease')
      WHERE bound.volunteer = ? AND json_extract(one.value, '$.because') IS NOT NULL
        AND (result_sha256 IS NOT NULL OR returned_at IS NOT NULL OR deadline <= ?)`;
    const abandoned = this.sql.exec<{ n: number }>(query, volunteer, now).one().n;
    return { passed: this.counts(volunteer).passed, abandoned };
  }

  counts(volunteer: string): { passed: number; wrong: number } {
    const query = "SELECT passed, wrong FROM audit_records WHERE volunteer = ?";
    const row = this.sql.exec<{ passed: number; wrong: number }>(query, volunteer).toArray()[0];
    return { passed: row?.passed ?? 0, wrong: row?.wrong ?? 0 };
  }

  setCounts(volunteer: string, { passed, wrong }: { passed: number; wrong: number }): void {
    this.sql.exec("INSERT OR REPLACE INTO audit_records VALUES (?, ?, ?)", volunteer, passed, wrong);
  }

  add(audit: Omit<Audit, "n" | "verdict" | "entry">): void {
    const { kind, because, shard, variant, seed, volunteer, fromStep, toStep, start, claim } = audit;
    const columns = "kind, because, shard, variant, seed, volunteer, from_step, to_step, start, claim";
    this.sql.exec(
      `INSERT INTO audits (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[kind, because, shard, variant, seed, volunteer, fromStep, toStep, start, JSON.stringify(claim)],
    );
  }

  /** Oldest first. */
  audits(which: keyof typeof WHICH): Audit[] {
    const query = `SELECT * FROM audits ${WHICH[which]} ORDER BY n`;
    return this.sql.exec<AuditRow>(query).toArray().map(toAudit);
  }

  audit(n: number): Audit {
    return toAudit(this.sql.exec<AuditRow>("SELECT * FROM audits WHERE n = ?", n).one());
  }

  settle(n: number, verdict: AuditVerdict): void {
    this.sql.exec("UPDATE audits SET verdict = ? WHERE n = ?", verdict, n);
  }

  setLogged(audits: readonly number[], entry: number): void {
    for (const n of audits) this.sql.exec("UPDATE audits SET logged = ? WHERE n = ?", entry, n);
  }

  /** A result was voided: what is still open of it blames nobody and is not worth training again. */
  withdraw(shard: string): void {
    const verdict: AuditVerdict = "could not be verified";
    this.sql.exec("UPDATE audits SET verdict = ? WHERE shard = ? AND verdict IS NULL", verdict, shard);
  }

  lease(id: string): AuditLease | null {
    return this.sql.exec<LeaseRow>("SELECT * FROM audit_leases WHERE id = ?", id).toArray().map(toLease)[0] ?? null;
  }

  /** Of one audit; null: of the openings that nobody finished. */
  leasesOf(audit: number | null): AuditLease[] {
    const query = `SELECT * FROM audit_leases WHERE ${audit === null ? "audit IS NULL AND result_sha256 IS NULL" : "audit = ?"}`;
    const rows = audit === null ? this.sql.exec<LeaseRow>(query) : this.sql.exec<LeaseRow>(query, audit);
    return rows.toArray().map(toLease);
  }

  /** What auditors found of results that stand, oldest first. */
  comparisons(): Comparison[] {
    const from = (json: string, name: string) => `json_extract(${json}, '$.${name}')`;
    const query = `SELECT audits.shard, audits.variant, audits.kind, audits.verdict, to_step - from_step AS steps, ${from("claim", "device")} AS of,
        ${from("job", "device")} AS by, ${from("outcome", "agrees")} AS agrees, ${from("outcome", "distance")} AS distance
      FROM audits JOIN audit_leases ON audit_leases.audit = audits.n
      JOIN results ON results.shard = audits.shard AND results.volunteer = audits.volunteer AND results.voided IS NULL
      WHERE outcome IS NOT NULL ORDER BY audits.n`;
    return this.sql.exec<ComparisonRow>(query).toArray().map(toComparison);
  }

  addLease({ id, audit, job, volunteer, isOperator, leasedAt, deadline }: AuditLease): void {
    this.sql.exec(
      "INSERT INTO audit_leases VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, 0, NULL)",
      ...[id, audit, JSON.stringify(job), volunteer, isOperator ? 1 : 0, leasedAt, deadline],
    );
  }

  extendLease(id: string, deadline: number): void {
    this.sql.exec("UPDATE audit_leases SET deadline = ? WHERE id = ?", deadline, id);
  }

  returnLease(id: string, now: number): void {
    this.sql.exec("UPDATE audit_leases SET returned_at = ? WHERE id = ?", now, id);
  }

  countUpload(id: string): void {
    this.sql.exec("UPDATE audit_leases SET uploads = uploads + 1 WHERE id = ?", id);
  }

  resolveLease(id: string, resultSha256: string, outcome: AuditOutcome | null): void {
    const query = "UPDATE audit_leases SET result_sha256 = ?, outcome = ? WHERE id = ?";
    this.sql.exec(query, resultSha256, outcome && JSON.stringify(outcome), id);
  }

  /** The operator's losses of a shard's first steps, where they are known for this start. */
  opening(shard: string, start: string | null): Opening | null {
    const query = "SELECT losses FROM openings WHERE shard = ? AND start IS ?";
    const row = this.sql.exec<{ losses: string }>(query, shard, start).toArray()[0];
    return row ? (JSON.parse(row.losses) as Opening) : null;
  }

  setOpening(shard: string, start: string | null, losses: Opening): void {
    this.sql.exec("INSERT OR REPLACE INTO openings VALUES (?, ?, ?)", shard, start, JSON.stringify(losses));
  }
}

type Row<T> = T & Record<string, SqlStorageValue>;
type AuditRow = Row<{
  n: number;
  kind: string;
  because: string;
  shard: string;
  variant: string;
  seed: number;
  volunteer: string;
  from_step: number;
  to_step: number;
  start: string | null;
  claim: string;
  verdict: string | null;
  logged: number | null;
}>;
type LeaseRow = Row<{
  id: string;
  audit: number | null;
  job: string;
  volunteer: string;
  is_operator: number;
  leased_at: number;
  deadline: number;
  returned_at: number | null;
  result_sha256: string | null;
  uploads: number;
  outcome: string | null;
}>;

type ComparisonRow = Row<{
  shard: string;
  variant: string;
  kind: string;
  verdict: string | null;
  steps: number;
  of: string;
  by: string;
  agrees: number | null;
  distance: number | null;
}>;

/** Columns of JSON were written by this class, from values of these types. */
const toAudit = (row: AuditRow): Audit => ({
  ...{ n: row.n, kind: row.kind as Audit["kind"], because: row.because as Audit["because"], shard: row.shard },
  ...{ variant: row.variant, seed: row.seed, volunteer: row.volunteer, fromStep: row.from_step, toStep: row.to_step },
  ...{ start: row.start, claim: JSON.parse(row.claim) as Audit["claim"], verdict: row.verdict as AuditVerdict | null },
  entry: row.logged,
});

const toLease = (row: LeaseRow): AuditLease => ({
  ...{ id: row.id, audit: row.audit, job: JSON.parse(row.job) as AuditLease["job"], volunteer: row.volunteer },
  ...{ isOperator: row.is_operator === 1, leasedAt: row.leased_at, deadline: row.deadline, returnedAt: row.returned_at },
  ...{ resultSha256: row.result_sha256, uploads: row.uploads },
  outcome: row.outcome === null ? null : (JSON.parse(row.outcome) as AuditOutcome),
});

const toComparison = ({ kind, verdict, of, by, agrees, ...row }: ComparisonRow): Comparison => ({
  ...{ shard: row.shard, variant: row.variant, steps: row.steps, distance: row.distance },
  ...{ kind: kind as Comparison["kind"], verdict: verdict as AuditVerdict | null, agrees: agrees === null ? null : agrees === 1 },
  ...{ of: JSON.parse(of) as Comparison["of"], by: JSON.parse(by) as Comparison["by"] },
});
