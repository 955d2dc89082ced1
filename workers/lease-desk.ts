import { trainingSpec } from "../shared/experiments/experiment.ts";
import type { CommitReply, Commits } from "../shared/protocol/audit.ts";
import type { ExperimentHeader, Variant } from "../shared/protocol/experiment.ts";
import type { Heartbeat, HeartbeatReply, LeaseReply } from "../shared/protocol/lease.ts";
import { workKey } from "../shared/protocol/work-key.ts";
import type { Binding } from "./audit/binding.ts";
import { askedInVain, nobodyWaits, type Waiting } from "./coordinator/crowd-wait.ts";
import { leaseFor, newLease } from "./coordinator/grant.ts";
import { judgeHeartbeat } from "./coordinator/heartbeat.ts";
import { idleReply } from "./coordinator/idle.ts";
import { type Asked, leaseState } from "./coordinator/lease-record.ts";
import { resolvedLease, tooManyUploads } from "./coordinator/refusals.ts";
import { type Ask, chooseShard } from "./coordinator/scheduler.ts";
import { untoldSpeed } from "./coordinator/shard-length.ts";
import { type Found, judgeLease } from "./found-lease.ts";
import type { HandInDesk } from "./hand-in-desk.ts";
import { LEASES_PER_NETWORK } from "./identity/caps.ts";
import type { Models } from "./models.ts";
import { type Outcome, done } from "./problem.ts";
import { maxCheckpointBytes } from "./programs.ts";
import type { CoordinatorStore } from "./store-sqlite.ts";

/** Checkpoints that may be stored under one lease, repeats after a broken connection included. */
const MAX_UPLOADS = 32;

/** What the desk needs of the experiment's object. */
export interface Desk {
  readonly store: CoordinatorStore;
  readonly models: Models;
  readonly binding: Binding;
  readonly handIns: HandInDesk;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** A fresh one, for a lease. */
  readonly uuid: () => string;
  readonly transaction: <T>(work: () => T) => T;
  /** Something that is published has changed. */
  readonly noteChange: () => void;
}

/** Leases of shards, from the asking to the giving back; what is handed in under them is another desk's. */
export class LeaseDesk {
  private readonly desk: Desk;
  /** Forgotten with the object: then everybody is told to wait for a short time first. */
  private waiting: Waiting | null = null;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  /**
   * A shard to train, or why there is none.
   * @param wanted only one of these runs, best first  @param turnedAway how many were told so without a question since the last one
   */
  grant(ask: Asked, wanted?: Ask["wanted"], turnedAway = 0): LeaseReply {
    const { store, models, binding, handIns } = this.desk;
    const now = this.desk.clock();
    const header = store.header();
    const { volunteer, prefer, device } = ask;
    const live = store.leases.live(now);
    if (live.filter(({ network }) => network === ask.network).length >= LEASES_PER_NETWORK) {
      return idleReply("busy-network", Math.random());
    }
    const stood = handIns.standIns(store.runs.all(), live, { volunteer, shard: prefer });
    const choice = chooseShard(header.id, header.plan, stood.runs, live, this.wish(header, ask, wanted), now);
    if (choice.kind === "idle") {
      const isCrowd = choice.why === "all-leased" && !wanted;
      if (isCrowd) this.waiting = askedInVain(this.waiting ?? nobodyWaits(now), 1 + turnedAway, now);
      return idleReply(choice.why, Math.random(), choice.reason, isCrowd ? this.waiting?.seconds : 0);
    }
    const { shard, supersedes } = choice;
    const left = stood.leaseOf({ variant: shard.variant.id, seed: shard.seed });
    const model = models.of(trainingSpec(header.plan, shard.variant, shard.seed), device);
    const record = newLease(header.id, shard, ask, this.desk.uuid(), now);
    this.desk.transaction(() => {
      if (left !== undefined) handIns.promote(left);
      if (supersedes) store.leases.giveBack(supersedes, now);
      store.leases.add(record);
      this.desk.noteChange();
    });
    return { kind: "lease", lease: leaseFor(record, header, shard, model, binding.every) };
  }

  private wish({ plan }: ExperimentHeader, ask: Asked, wanted: Ask["wanted"]): Ask {
    const { store, models } = this.desk;
    const { volunteer, prefer, replaces, device, memory } = ask;
    const fit = memory && { has: memory, need: models.needs(plan, device.provider) };
    const speeds = new Map(ask.speeds?.map(({ work, stepsPerSecond }) => [work, stepsPerSecond]));
    const last = () => untoldSpeed(store.results.lastSpeed(volunteer, device.provider), plan);
    const speed = (variant: Variant) => speeds.get(workKey(trainingSpec(plan, variant, 0))) ?? last();
    return { volunteer, prefer, replaces, memory: fit, provider: device.provider, speed, wanted };
  }

  /** Keeps what a volunteer binds itself to, and tells it whether that was drawn for an audit. */
  commit({ lease, shard }: Found, { commits }: Commits): Outcome<CommitReply> {
    const { store, binding, clock, transaction } = this.desk;
    const judged = judgeLease(store, lease.id, null, clock());
    if (judged.kind === "refused") return { ok: false, problem: judged.problem };
    if (judged.kind === "repeated") return resolvedLease(lease.id);
    return transaction(() => binding.commit(lease, shard, commits, clock(), Math.random));
  }

  heartbeat({ lease, run, shard }: Found, beat: Heartbeat): Outcome<HeartbeatReply> {
    const judged = judgeHeartbeat(lease, run, shard, beat, this.desk.clock());
    if (!judged.ok) return judged;
    if (judged.value !== lease.deadline) this.desk.store.leases.extend(lease.id, judged.value);
    return done({ deadline: new Date(judged.value).toISOString() });
  }

  /** Gives a lease back; doing so again, or when it is over anyway, changes nothing. */
  giveBack({ lease }: Found): void {
    const now = this.desk.clock();
    if (leaseState(lease, now) !== "live") return;
    this.desk.transaction(() => {
      this.desk.store.leases.giveBack(lease.id, now);
      this.desk.noteChange();
    });
  }

  /** May a checkpoint be stored under this lease, and of what size in bytes at most? */
  admitCheckpoint({ lease, spec }: Found): Outcome<number> {
    const { store, clock } = this.desk;
    const judged = judgeLease(store, lease.id, null, clock());
    if (judged.kind === "refused") return { ok: false, problem: judged.problem };
    if (lease.uploads >= MAX_UPLOADS) return tooManyUploads(MAX_UPLOADS);
    store.leases.countUpload(lease.id);
    return done(maxCheckpointBytes(spec));
  }
}
