import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import { stateLayout } from "../shared/nn/training.ts";
import type { HeartbeatReply } from "../shared/protocol/lease.ts";
import type { HandIn, Part, Result, Signed } from "../shared/protocol/result.ts";
import type { Binding } from "./audit/binding.ts";
import { checkEndCheckpoint, dropCheckpoint } from "./checkpoints-r2.ts";
import { storedResult } from "./coordinator/grant.ts";
import { extended, type LeaseRecord, leaseState, type LiveLease } from "./coordinator/lease-record.ts";
import { afterPart, partOf } from "./coordinator/part.ts";
import { resolvedLease, wrongResult } from "./coordinator/refusals.ts";
import { cutsOf } from "./coordinator/shard-length.ts";
import { checkResult } from "./coordinator/validator.ts";
import type { Run, Shard } from "./coordinator/work-generator.ts";
import { findLease, type Found, judgeLease } from "./found-lease.ts";
import type { HourlyCount } from "./identity/hourly-count.ts";
import { checkSigned } from "./identity/check-signed.ts";
import type { Models } from "./models.ts";
import { type Outcome, done } from "./problem.ts";
import type { CoordinatorStore } from "./store-sqlite.ts";

/** What the desk needs of the experiment's object. */
export interface Desk {
  readonly store: CoordinatorStore;
  readonly binding: Binding;
  readonly bucket: R2Bucket;
  readonly count: HourlyCount;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly transaction: <T>(work: () => T) => T;
  readonly models: Models;
  /** Something that is published has changed. */
  readonly noteChange: () => void;
}

/** What somebody hands in: the whole shard, or what was trained when it left; or a part that stands for it should it vanish. */
export class HandInDesk {
  private readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  /** Takes a result. */
  async take(found: Found, network: string, signed: HandIn): Promise<Outcome<"accepted" | "repeated">> {
    const { lease } = found;
    const { desk } = this;
    const { result } = signed;
    const hash = sha256Hex(canonicalJson(result));
    const early = judgeLease(desk.store, lease.id, hash, desk.clock());
    if (early.kind === "refused") return { ok: false, problem: early.problem };
    if (early.kind === "repeated") return done("repeated");
    const valid = await this.admit(found, network, signed, hash);
    if (!valid.ok) return valid;
    const { part, faults } = await this.check(found, result, "all");
    let unneeded: string[] = [];
    const taken = desk.transaction((): Outcome<"accepted" | "repeated"> => {
      // Looking at checkpoints took time, in which another request may have resolved the shard: ask again.
      const late = judgeLease(desk.store, lease.id, hash, desk.clock());
      if (late.kind === "refused") return { ok: false, problem: late.problem };
      if (late.kind === "repeated") return done("repeated");
      if (faults.length > 0) return wrongResult(faults);
      unneeded = this.accept(lease, part, result, signed, hash);
      return done("accepted");
    });
    for (const sha256 of unneeded) await dropCheckpoint(desk.bucket, sha256);
    return taken;
  }

  /** Keeps a part, checked as a result is, in place of the one before: it counts if the volunteer vanishes and somebody else goes on. */
  async keep(found: Found, network: string, signed: Part): Promise<Outcome<HeartbeatReply>> {
    const { lease } = found;
    const { desk } = this;
    const { result } = signed;
    const hash = sha256Hex(canonicalJson(result));
    const early = judgeLease(desk.store, lease.id, null, desk.clock());
    if (early.kind === "refused") return { ok: false, problem: early.problem };
    if (early.kind === "repeated") return resolvedLease(lease.id);
    const valid = await this.admit(found, network, signed, hash);
    if (!valid.ok) return valid;
    const { part, faults } = await this.check(found, result, "its end");
    if (part.toStep === found.shard.toStep) {
      faults.push({
        path: "toStep",
        message: `got ${String(result.toStep)}, want a step before the shard's end, ${part.toStep}`,
      });
    }
    if (faults.length > 0) return wrongResult(faults);
    const before = desk.store.parts.of(lease.id)?.end;
    const kept = desk.transaction((): Outcome<HeartbeatReply> => {
      const late = judgeLease(desk.store, lease.id, null, desk.clock());
      if (late.kind === "refused") return { ok: false, problem: late.problem };
      if (late.kind === "repeated") return resolvedLease(lease.id);
      const { startCheckpoint: start, endCheckpoint: end } = result;
      desk.store.parts.keep({ lease: lease.id, shard: part.id, toStep: part.toStep, start, end: end! }, canonicalJson(signed));
      const now = desk.clock();
      const deadline = leaseState(lease, now) === "live" ? extended(lease, now) : lease.deadline;
      if (deadline !== lease.deadline) desk.store.leases.extend(lease.id, deadline);
      return done({ deadline: new Date(deadline).toISOString() });
    });
    // All until here is bound, so what was drawn of it is known: nobody will ask for the state of the part before.
    const isNeeded = before === undefined || before === result.endCheckpoint || desk.binding.wanted(lease).has(before);
    if (kept.ok && !isNeeded) await dropCheckpoint(desk.bucket, before);
    return kept;
  }

  /**
   * The runs as they stand if what vanished volunteers left behind counts, and under which lease each part was kept.
   * @param live leases that are live now  @param except a shard whose own volunteer comes back for it
   */
  standIns(
    runs: readonly Run[],
    live: readonly Pick<LiveLease, "id" | "shard">[],
    except: { volunteer: string; shard?: string | undefined },
  ) {
    const { store } = this.desk;
    const { parts } = store;
    const alive = new Set(live.map(({ id }) => id));
    const held = new Set(live.map(({ shard }) => shard));
    const byRun = new Map<string, { readonly lease: string; readonly run: Run }>();
    for (const kept of parts.ended((lease) => alive.has(lease))) {
      const found = findLease(store, kept.lease);
      if (!found || held.has(kept.shard) || store.voided.reason(found.lease.volunteer) !== null) continue;
      if (kept.shard === except.shard && found.lease.volunteer === except.volunteer) continue;
      const run = afterPart(found.run, found.lease, kept);
      const key = keyOf(found.run);
      if (run && run.step > (byRun.get(key)?.run.step ?? 0)) byRun.set(key, { lease: kept.lease, run });
    }
    return {
      runs: byRun.size === 0 ? runs : runs.map((run) => byRun.get(keyOf(run))?.run ?? run),
      leaseOf: (run: RunName) => byRun.get(keyOf(run))?.lease,
    };
  }

  /** Lets a kept part count: whoever left it is gone, and somebody goes on. To be called in a transaction, right after `standIns`. */
  promote(lease: string): void {
    const found = findLease(this.desk.store, lease)!;
    const signed = this.desk.store.parts.read(lease);
    const { result } = signed;
    const part = { ...found.shard, toStep: result.toStep! };
    this.accept(found.lease, part, result, signed, sha256Hex(canonicalJson(result)));
  }

  private async admit({ lease }: Found, network: string, signed: Signed, hash: string): Promise<Outcome<null>> {
    const { count, clock } = this.desk;
    const counted = count.take("resultsPerHour", { volunteer: lease.volunteer, network }, clock());
    return counted.ok ? checkSigned(signed, lease, hash) : counted;
  }

  private async check({ lease, run, shard, spec }: Found, result: Result, until: "all" | "its end") {
    const { store, bucket, binding, models } = this.desk;
    const { part, faults: cut } = partOf(shard, run, result, cutsOf(store.header().plan));
    const faults = cut.length > 0 ? cut : checkResult(result, part, spec, models.of(spec, lease.device));
    if (faults.length === 0 && result.endCheckpoint) {
      const fault = await checkEndCheckpoint(bucket, result.endCheckpoint, part.toStep, stateLayout(spec));
      if (fault) faults.push(fault);
    }
    if (faults.length === 0) faults.push(...(await binding.check(lease, part, result, until)));
    return { part, faults };
  }

  /** Writes what accepting a result means. To be called in a transaction. @returns checkpoints of parts that nobody will ask for again */
  private accept(lease: LeaseRecord, part: Shard, result: Result, signed: Signed, hash: string): string[] {
    const { store, binding, clock } = this.desk;
    const { parts } = store;
    const { divergedAt, endCheckpoint } = result;
    store.results.add(
      part.id,
      lease.volunteer,
      (divergedAt ?? part.toStep) - part.fromStep,
      canonicalJson(storedResult(lease, part, result, signed, clock())),
    );
    const wanted = binding.wanted(lease);
    binding.accept(lease, part, result, Math.random());
    store.leases.resolve(lease.id, hash);
    const { variant, seed } = lease;
    store.runs.advance({ variant, seed, shards: part.index + 1, step: part.toStep, checkpoint: endCheckpoint, divergedAt });
    this.desk.noteChange();
    return parts.settle(part.id).filter((end) => end !== endCheckpoint && !wanted.has(end));
  }
}

type RunName = Pick<Run, "variant" | "seed">;
const keyOf = ({ variant, seed }: RunName) => `${variant}/${seed}`;
