import type { AuditOutcome, AuditRecord, AuditVerdict, Opening } from "../../shared/protocol/audit.ts";
import type { Device } from "../../shared/protocol/lease.ts";
import type { Measurements } from "../../shared/protocol/measurements.ts";
import type { Series } from "../../shared/protocol/result.ts";

/** What a volunteer said about an interval. */
export interface Claim {
  readonly device: Device;
  /** SHA-256 of the state at its end; null: the run diverged on the way. */
  readonly end: string | null;
  readonly opening: Opening;
  /** Its rows of the training curve; of an evaluation, its one row of the test curve. */
  readonly rows: Series;
  /** What it measured along the interval; absent: nothing. */
  readonly measured?: Measurements;
}

/** An interval that is trained again, or an end that is tested again. */
export interface Audit {
  readonly n: number;
  readonly kind: AuditRecord["kind"];
  readonly because: AuditRecord["because"];
  readonly shard: string;
  readonly variant: string;
  readonly seed: number;
  /** Whose claim it is. */
  readonly volunteer: string;
  readonly fromStep: number;
  readonly toStep: number;
  readonly start: string | null;
  readonly claim: Claim;
  readonly verdict: AuditVerdict | null;
  /** The action log's entry that tells how it ended. */
  readonly entry: number | null;
}

/** What an auditor is to train: an interval, or (an opening) the first steps of a shard that nobody has handed in yet. */
export interface Job {
  readonly kind: Audit["kind"] | "opening";
  readonly shard: string;
  readonly variant: string;
  readonly seed: number;
  readonly fromStep: number;
  readonly toStep: number;
  readonly start: string | null;
  /** Whether it measures again what was measured; absent: no. */
  readonly measures?: boolean;
  readonly device: Device;
}

/** An auditor's lease: of the volunteers' kind, but on a job that advances no run. */
export interface AuditLease {
  readonly id: string;
  /** Null: an opening. */
  readonly audit: number | null;
  readonly job: Job;
  readonly volunteer: string;
  readonly isOperator: boolean;
  readonly leasedAt: number;
  readonly deadline: number;
  readonly returnedAt: number | null;
  readonly resultSha256: string | null;
  readonly uploads: number;
  readonly outcome: AuditOutcome | null;
}
