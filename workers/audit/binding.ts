import { thresholdsFor } from "../../shared/audit/thresholds.ts";
import { commitEvery } from "../../shared/audit/interval.ts";
import type { Commit, CommitReply } from "../../shared/protocol/audit.ts";
import type { Result } from "../../shared/protocol/result.ts";
import { hasCheckpoint } from "../checkpoints-r2.ts";
import type { Fault } from "../coordinator/fault.ts";
import { LEASE_MS, type LeaseRecord, leaseState } from "../coordinator/lease-record.ts";
import type { Shard } from "../coordinator/work-generator.ts";
import { type Outcome, done } from "../problem.ts";
import type { CoordinatorStore } from "../store-sqlite.ts";
import type { AuditStore, BoundInterval } from "./audit-sqlite.ts";
import { checkCommits } from "./check-commits.ts";
import { checkOpening } from "./check-opening.ts";
import { claimsOf } from "./claims-of.ts";
import { judgeCommit, wantedOf } from "./judge-commit.ts";

/** What volunteers bind themselves to while they train, and what becomes of it when they hand in. */
export class Binding {
  private readonly store: CoordinatorStore;
  private readonly audits: AuditStore;
  private readonly bucket: R2Bucket;

  constructor(store: CoordinatorStore, audits: AuditStore, bucket: R2Bucket) {
    this.store = store;
    this.audits = audits;
    this.bucket = bucket;
  }

  /** Steps between commits in this experiment. */
  get every(): number {
    return commitEvery(this.store.header().plan);
  }

  /** Keeps commits, in order, and a lease that is live with them. To be called in a transaction. @param draw uniform in [0, 1), afresh for each */
  commit(lease: LeaseRecord, shard: Shard, commits: readonly Commit[], now: number, draw: () => number): Outcome<CommitReply> {
    const deadline = leaseState(lease, now) === "live" ? now + LEASE_MS : lease.deadline;
    const wanted = new Set<string>();
    for (const commit of commits) {
      const bound = this.bind(lease, shard, commit, now, draw());
      if (!bound.ok) return bound;
      for (const sha256 of bound.value) wanted.add(sha256);
    }
    this.store.extendLease(lease.id, deadline);
    return done({ deadline: new Date(deadline).toISOString(), wanted: [...wanted] });
  }

  /** @returns which checkpoints are wanted of it */
  private bind(lease: LeaseRecord, shard: Shard, commit: Commit, now: number, draw: number): Outcome<string[]> {
    const judged = judgeCommit(commit, {
      ...{ shard, lease, every: this.every, draw },
      bound: this.audits.intervals(shard.id, lease.volunteer),
      thresholds: thresholdsFor(this.store.header().plan.spec.network),
      record: { ...this.audits.record(lease.volunteer, now), ...(!lease.isCalibrated && { passed: 0 }) },
      opening: this.audits.opening(shard.id, shard.startCheckpoint),
    });
    if (!judged.ok) return judged;
    this.audits.bind(judged.value);
    const before = this.boundUnder(lease).findLast(({ commit: { step } }) => step < commit.step);
    return done(wantedOf(judged.value, before));
  }

  /** What of a result is not as it was bound, or is wanted for an audit and not there. */
  async check(lease: LeaseRecord, part: Shard, result: Result): Promise<Fault[]> {
    const bound = this.boundUnder(lease);
    const faults = [...checkOpening(result, part), ...checkCommits(result, bound, part, this.every)];
    if (faults.length > 0) return faults;
    const wanted = bound.flatMap((interval, i) => wantedOf(interval, bound[i - 1]));
    const last = result.divergedAt === null ? undefined : bound.at(-1)?.commit.checkpoint;
    const missing: string[] = [];
    for (const sha256 of new Set([...wanted, ...(last ? [last] : [])])) {
      if (!(await hasCheckpoint(this.bucket, sha256))) missing.push(sha256);
    }
    return missing.map((sha256) => ({
      path: "commits",
      message: `got no checkpoint ${sha256}, want it stored for an audit: PUT /api/checkpoints/${sha256}?lease=${lease.id}`,
    }));
  }

  /** A result was accepted: what is to be audited of it. To be called in the same transaction. */
  accept(lease: LeaseRecord, part: Shard, result: Result, draw: number): void {
    const { volunteer, device } = lease;
    const { steps } = this.store.header().plan.spec;
    const accepted = { result, shard: part, volunteer, device, bound: this.boundUnder(lease), every: this.every, steps, draw };
    for (const claim of claimsOf(accepted)) this.audits.add(claim);
    this.audits.forget(part.id);
  }

  private boundUnder({ id, shard, volunteer }: LeaseRecord): BoundInterval[] {
    return this.audits.intervals(shard, volunteer).filter(({ lease }) => lease === id);
  }
}
