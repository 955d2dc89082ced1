import { auditedAction } from "../../shared/audit/audited.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { stateLayout } from "../../shared/nn/training.ts";
import type { Action } from "../../shared/protocol/action-log.ts";
import type { AuditOutcome, AuditRecord } from "../../shared/protocol/audit.ts";
import type { Heartbeat, HeartbeatReply, Lease, LeasedAudit } from "../../shared/protocol/lease.ts";
import type { Result } from "../../shared/protocol/result.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { thresholdsFor } from "../../shared/audit/thresholds.ts";
import type { AuditWish } from "../../shared/protocol/operator-audit.ts";
import { trainingSpec } from "../../shared/experiments/experiment.ts";
import { checkEndCheckpoint, dropCheckpoint } from "../checkpoints-r2.ts";
import { canTrain } from "../coordinator/float64.ts";
import { type Asked, HEARTBEAT_SECONDS, LEASE_MS, leaseState } from "../coordinator/lease-record.ts";
import { leaseId } from "../coordinator/names.ts";
import { tooManyUploads, voidedVolunteer, wrongResult } from "../coordinator/refusals.ts";
import { type Shard, shardOf } from "../coordinator/work-generator.ts";
import type { Models } from "../models.ts";
import { type Outcome, done, refuse } from "../problem.ts";
import { maxCheckpointBytes } from "../programs.ts";
import type { Tolerances } from "../calibration/kind-votes.ts";
import type { CoordinatorStore } from "../store-sqlite.ts";
import type { Audit, AuditLease, Job } from "./audit.ts";
import type { AuditStore } from "./audit-sqlite.ts";
import { auditSpec, checkAudit } from "./check-audit.ts";
import { isWished } from "./is-wished.ts";
import { chooseAudit, mayAudit } from "./choose-audit.ts";
import { compareWithClaim } from "./compare-with-claim.ts";
import { nextOpening } from "./next-opening.ts";
import { settle } from "./settle.ts";

/** An auditor stores the end it came to, repeats included. */
const MAX_UPLOADS = 8;
/** Verdicts that an auditor may be wrong about before its own results are doubted. */
const WRONG = 2;

/** What the desk needs of the experiment's object. */
export interface Desk {
  readonly store: CoordinatorStore;
  readonly audits: AuditStore;
  readonly bucket: R2Bucket;
  readonly models: Models;
  /** A fresh one, for a lease. */
  readonly uuid: () => string;
  /** What kinds of devices are allowed, as they were calibrated. */
  readonly tolerances: () => Promise<Tolerances>;
  /** An audit was settled, in the transaction in hand: before long it is to be told of. */
  readonly settled: () => void;
  /** Takes a volunteer's results out, in the transaction in hand. @param reason in words that are published */
  readonly void: (volunteer: string, reason: string) => void;
}

/** Auditors' leases: an interval is trained again like any shard, by the same volunteer's code, but advances no run. */
export class AuditDesk {
  private readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  lease(id: string): AuditLease | null {
    return this.desk.audits.lease(id);
  }

  /** Whether a volunteer may check others' work: most may not, and are not asked to. */
  mayAudit(volunteer: string): boolean {
    return mayAudit({ volunteer, isOperator: false, passed: this.desk.audits.counts(volunteer).passed });
  }

  /** A job for this auditor, leased in the transaction in hand; null: there is none for it. */
  grant(ask: Pick<Asked, "volunteer" | "device">, isOperator: boolean, now: number, wish: AuditWish = {}): Lease | null {
    const { store, audits } = this.desk;
    const { plan, id: experiment } = store.header();
    const { volunteer, device } = ask;
    if (!canTrain(device.provider, plan)) return null;
    const isLive = (lease: AuditLease) => leaseState(lease, now) === "live";
    const leasesOf = (n: number) => audits.leasesOf(n).map((lease) => ({ ...lease, isLive: isLive(lease) }));
    const auditor = { volunteer, isOperator, passed: audits.counts(volunteer).passed };
    if (!mayAudit(auditor)) return null;
    const { isDouble } = thresholdsFor(plan.spec.network);
    const open = audits.audits("open").filter(({ claim }) => isWished(wish, claim.device, device, isDouble));
    const audit = chooseAudit(open, leasesOf, auditor);
    const isKnown = (shard: string, start: string | null) => audits.opening(shard, start) !== null;
    const taken = new Set(
      audits
        .leasesOf(null)
        .filter(isLive)
        .map(({ job }) => job.shard),
    );
    const opening =
      isOperator && !audit && !wish.only
        ? nextOpening(experiment, plan, store.runs.all(), (at, start) => isKnown(at, start) || taken.has(at))
        : null;
    const what: Omit<Job, "device"> | null = audit ?? opening;
    if (!what) return null;
    const { kind, shard, variant, seed, fromStep, toStep, start } = what;
    const measures = audit?.claim.measured !== undefined;
    const job: Job = { kind, shard, variant, seed, fromStep, toStep, start, device, ...(measures && { measures }) };
    const record = {
      ...{ id: leaseId(experiment, this.desk.uuid()), audit: audit?.n ?? null, job, volunteer, isOperator },
      ...{ leasedAt: now, deadline: now + LEASE_MS, returnedAt: null, resultSha256: null, uploads: 0, outcome: null },
    };
    audits.addLease(record);
    return this.leaseOf(record, { kind, because: audit?.because ?? null });
  }

  heartbeat(lease: AuditLease, { step }: Heartbeat, now: number): Outcome<HeartbeatReply> {
    const state = leaseState(lease, now);
    if (state !== "live")
      return refuse(410, { title: `Lease ${state}`, detail: `Lease ${lease.id} is ${state}.`, remedy: "Ask for a new lease." });
    const { fromStep, toStep } = lease.job;
    if (step < fromStep || step > toStep) {
      const detail = `step: got ${step}, want a step of the interval, ${fromStep} to ${toStep}`;
      return refuse(422, { title: "Heartbeat of another interval", detail });
    }
    this.desk.audits.extendLease(lease.id, now + LEASE_MS);
    return done({ deadline: new Date(now + LEASE_MS).toISOString() });
  }

  giveBack(lease: AuditLease, now: number): void {
    if (leaseState(lease, now) === "live") this.desk.audits.returnLease(lease.id, now);
  }

  admitCheckpoint(lease: AuditLease): Outcome<number> {
    const gone = this.gone(lease);
    if (gone) return gone;
    if (lease.uploads >= MAX_UPLOADS) return tooManyUploads(MAX_UPLOADS);
    this.desk.audits.countUpload(lease.id);
    return done(maxCheckpointBytes(this.specOf(lease.job)));
  }

  /** Takes an auditor's result. @returns whether the same one was taken before */
  async handIn(
    lease: AuditLease,
    result: Result,
    transaction: <T>(work: () => T) => T,
    now: () => number,
  ): Promise<Outcome<{ repeated: boolean }>> {
    const { bucket, audits, models } = this.desk;
    const hash = sha256Hex(canonicalJson(result));
    if (lease.resultSha256 === hash) return done({ repeated: true });
    const gone = this.gone(lease);
    if (gone) return gone;
    const { job } = lease;
    const spec = this.specOf(job);
    const layout = stateLayout(spec);
    const faults = checkAudit(result, job, this.shardOf(job), spec, models.of(spec, job.device));
    if (faults.length === 0 && result.endCheckpoint) {
      const fault = await checkEndCheckpoint(bucket, result.endCheckpoint, job.toStep, layout);
      if (fault) faults.push(fault);
    }
    if (faults.length > 0) return wrongResult(faults);
    const audit = lease.audit === null ? null : audits.audit(lease.audit);
    const compared = audit && (await compareWithClaim(bucket, layout, spec, audit, job, result, await this.desk.tolerances()));
    const taken = transaction(() => {
      // Comparing took time: the same result, or another auditor's, may have come meanwhile.
      const current = audits.lease(lease.id)!;
      if (current.resultSha256 === hash) return done({ repeated: true });
      const late = this.gone(current);
      if (late) return late;
      if (!audit || !compared) {
        audits.setOpening(job.shard, job.start, result.opening);
        audits.resolveLease(lease.id, hash, null);
      } else {
        const by = lease.isOperator ? ("operator" as const) : ("volunteer" as const);
        audits.resolveLease(lease.id, hash, { at: new Date(now()).toISOString(), by, ...compared });
        this.conclude(audit);
      }
      return done({ repeated: false });
    });
    const isKept = result.endCheckpoint === null || result.endCheckpoint === audit?.claim.end || audit?.kind === "evaluation";
    if (taken.ok && !isKept && result.endCheckpoint) await dropCheckpoint(bucket, result.endCheckpoint);
    if (taken.ok && audit) for (const sha256 of this.unneeded(audit.n)) await dropCheckpoint(bucket, sha256);
    return taken;
  }

  /** States that were stored for an audit which was passed, and that nothing else needs. Those of a contradicted one stay as evidence. */
  private unneeded(n: number): string[] {
    const { audits, store } = this.desk;
    const { verdict, start, claim } = audits.audit(n);
    if (verdict !== "passed") return [];
    const needed = new Set(store.results.standing().map(({ endCheckpoint }) => endCheckpoint));
    for (const open of audits.audits("open")) needed.add(open.start).add(open.claim.end);
    return [start, claim.end]
      .filter((sha256) => sha256 !== null)
      .filter((sha256) => !needed.has(sha256) && !audits.isBound(sha256));
  }

  /** Audits, oldest first, as published. */
  records(which: "all" | "unlogged" = "all"): AuditRecord[] {
    const { audits } = this.desk;
    return audits.audits(which).map(({ n, kind, because, shard, fromStep, toStep, volunteer, verdict, entry }) => ({
      ...{ shard, fromStep, toStep, kind, because, verdict },
      volunteer,
      outcomes: audits.leasesOf(n).flatMap(({ outcome }): AuditOutcome[] => (outcome ? [outcome] : [])),
      ...(entry !== null && { entry }),
    }));
  }

  /** Tells of settled audits in the action log. @param log writes an entry, and says its number */
  async tell(log: (action: Action) => Promise<number>): Promise<void> {
    const { audits, store } = this.desk;
    // What is settled meanwhile comes with the next entry.
    const settled = audits.audits("unlogged").map(({ n }) => n);
    if (settled.length === 0) return;
    const action = auditedAction(store.header().id, this.records("unlogged"));
    audits.setLogged(settled, await log(action));
  }

  /** Settles an audit, if its opinions suffice, with all that follows. */
  private conclude({ n, volunteer, shard, fromStep, toStep }: Audit): void {
    const { audits } = this.desk;
    const leases = audits.leasesOf(n).filter(({ outcome }) => outcome !== null);
    const settlement = settle(
      leases.map((lease) => ({ auditor: lease.volunteer, isOperator: lease.isOperator, agrees: lease.outcome!.agrees })),
    );
    if (!settlement) return;
    audits.settle(n, settlement.verdict);
    this.desk.settled();
    for (const auditor of settlement.wrong) {
      const wrong = audits.counts(auditor).wrong + 1;
      audits.setCounts(auditor, { passed: 0, wrong });
      if (wrong >= WRONG) this.desk.void(auditor, `${wrong} of its audits were contradicted by others`);
    }
    const { passed, wrong } = audits.counts(volunteer);
    if (settlement.verdict === "passed") audits.setCounts(volunteer, { passed: passed + 1, wrong });
    // No blame; but what nobody could check speaks for nobody either: its next shards are audited as a newcomer's are.
    if (settlement.verdict === "could not be verified") audits.setCounts(volunteer, { passed: 0, wrong });
    if (settlement.verdict === "contradicted") {
      const words = leases.find(({ outcome }) => outcome!.agrees === false)?.outcome?.words ?? "";
      this.desk.void(volunteer, `${shard}, steps ${fromStep} to ${toStep}, contradicts its audit: ${words}`.slice(0, 480));
    }
  }

  /** Why a result of this lease can no longer be taken, or null. A late one can, as long as its audit is open. */
  private gone(lease: AuditLease): ReturnType<typeof refuse> | null {
    const remedy = "Ask for a new lease.";
    const voided = this.desk.store.voided.reason(lease.volunteer);
    if (voided !== null) return voidedVolunteer(voided);
    if (lease.resultSha256 !== null) {
      return refuse(409, { title: "Already handed in", detail: `Lease ${lease.id} was resolved by another result.`, remedy });
    }
    if (lease.audit === null || this.desk.audits.audit(lease.audit).verdict === null) return null;
    return refuse(409, { title: "Already settled", detail: `The audit of ${lease.job.shard} was settled meanwhile.`, remedy });
  }

  private leaseOf({ id, deadline, job }: AuditLease, audit: LeasedAudit): Lease {
    const { id: experiment, title, question } = this.desk.store.header();
    const spec = this.specOf(job);
    const shard = this.shardOf(job);
    return {
      id,
      deadline: new Date(deadline).toISOString(),
      heartbeatSeconds: HEARTBEAT_SECONDS,
      experiment: { id: experiment, title, question },
      variant: { id: shard.variant.id, label: shard.variant.label },
      shard: { id: shard.id, index: shard.index, of: shard.of, fromStep: job.fromStep, toStep: job.toStep },
      spec,
      startCheckpoint: job.start,
      modelSha256: this.desk.models.of(spec, job.device),
      audit,
    };
  }

  private shardOf({ shard, variant, seed, fromStep, toStep, start }: Job): Shard {
    const { store } = this.desk;
    const { id, plan } = store.header();
    const index = Number(/\.k(\d+)$/.exec(shard)?.[1] ?? 0);
    return {
      ...shardOf(id, plan, store.runs.find(variant, seed), { index, fromStep, toStep: Math.max(toStep, fromStep + 1) }),
      toStep,
      startCheckpoint: start,
    };
  }

  private specOf(job: Job): TrainingSpec {
    const { plan } = this.desk.store.header();
    const variant = plan.variants.find(({ id }) => id === job.variant);
    if (!variant) throw new Error(`${job.shard}: got variant ${job.variant}, want one of the plan's`);
    return auditSpec(trainingSpec(plan, variant, job.seed), job);
  }
}
