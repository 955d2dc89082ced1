import { thresholdsFor } from "../../shared/audit/thresholds.ts";
import { commitEvery } from "../../shared/audit/interval.ts";
import type { Commit, CommitReply } from "../../shared/protocol/audit.ts";
import type { Result } from "../../shared/protocol/result.ts";
import { hasCheckpoint } from "../checkpoints-r2.ts";
import type { Fault } from "../coordinator/fault.ts";
import { extended, type LeaseRecord, leaseState } from "../coordinator/lease-record.ts";
import type { Shard } from "../coordinator/work-generator.ts";
import { type Outcome, done } from "../problem.ts";
import type { CoordinatorStore } from "../store-sqlite.ts";
import type { AuditStore, BoundInterval } from "./audit-sqlite.ts";
import { shardId } from "../coordinator/names.ts";
import { checkCommits } from "./check-commits.ts";
import { checkOpening } from "./check-opening.ts";
import { claimsOf } from "./claims-of.ts";
import { judgeCommit, wantedOf, withInterval } from "./judge-commit.ts";

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
    const { audits, store } = this;
    const { volunteer } = lease;
    const under = {
      ...{ shard, lease, every: this.every },
      // A device that did not show what it computes is audited like a new one.
      record: { ...audits.record(volunteer, now), ...(!lease.isCalibrated && { passed: 0 }) },
      thresholds: thresholdsFor(store.header().plan.spec.network),
      opening: audits.opening(shard.id, shard.startCheckpoint),
    };
    const wanted = new Set<string>();
    let bound = audits.intervals(shard.id, volunteer);
    for (const commit of commits) {
      const judged = judgeCommit(commit, { ...under, bound, draw: draw() });
      // What was bound before the one that does not fit stays bound.
      if (!judged.ok) return (audits.setIntervals(shard.id, volunteer, bound), judged);
      bound = withInterval(bound, judged.value);
      const before = bound.findLast((one) => one.lease === lease.id && one.commit.step < commit.step);
      for (const sha256 of wantedOf(judged.value, before)) wanted.add(sha256);
    }
    audits.setIntervals(shard.id, volunteer, bound);
    const deadline = leaseState(lease, now) === "live" ? extended(lease, now) : lease.deadline;
    if (deadline !== lease.deadline) store.leases.extend(lease.id, deadline);
    return done({ deadline: new Date(deadline).toISOString(), wanted: [...wanted] });
  }

  /** Checkpoints that are asked for of what is bound under a lease. */
  wanted(lease: LeaseRecord): Set<string> {
    return new Set(this.boundUnder(lease).flatMap((interval, i, bound) => wantedOf(interval, bound[i - 1])));
  }

  /**
   * What of a result is not as it was bound, or is wanted for an audit and not there.
   * @param until "its end" for a part that is kept: its volunteer binds what comes after it, too
   */
  async check(lease: LeaseRecord, part: Shard, result: Result, until: "all" | "its end" = "all"): Promise<Fault[]> {
    const bound = this.boundUnder(lease).filter(({ commit }) => until === "all" || commit.step <= part.toStep);
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

  /**
   * A result was accepted: what is to be audited of it. To be called in the same transaction. What was bound beyond its end (its volunteer vanished, and
   * a part counts) is bound of the next shard from now on, by one who trained it before: a drawn interval stays drawn.
   */
  accept(lease: LeaseRecord, part: Shard, result: Result, draw: number): void {
    const { volunteer, device } = lease;
    const { steps } = this.store.header().plan.spec;
    const all = this.boundUnder(lease);
    const bound = all.filter(({ commit }) => commit.step <= part.toStep);
    const accepted = { result, shard: part, volunteer, device, bound, every: this.every, steps, draw };
    for (const claim of claimsOf(accepted)) this.audits.add(claim);
    this.audits.forget(part.id);
    const beyond = all.slice(bound.length).map((interval) => ({ ...interval, start: result.endCheckpoint }));
    if (result.divergedAt !== null || beyond.length === 0) return;
    const next = shardId(this.store.header().id, part.variant, part.seed, part.index + 1);
    this.audits.setIntervals(next, volunteer, beyond);
  }

  private boundUnder({ id, shard, volunteer }: LeaseRecord): BoundInterval[] {
    return this.audits.intervals(shard, volunteer).filter(({ lease }) => lease === id);
  }
}
