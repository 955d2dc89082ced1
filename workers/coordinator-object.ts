import { DurableObject } from "cloudflare:workers";
import { trainingSpec } from "../shared/experiments/experiment.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import { stateLayout } from "../shared/nn/training.ts";
import type { MemoryNeed } from "../shared/nn/memory-need.ts";
import type { ExperimentHeader, Plan, Variant } from "../shared/protocol/experiment.ts";
import type { Heartbeat, HeartbeatReply, LeaseReply, Provider } from "../shared/protocol/lease.ts";
import type { HandIn, ResultReply } from "../shared/protocol/result.ts";
import type { TrainingSpec } from "../shared/protocol/training-spec.ts";
import { checkEndCheckpoint } from "./checkpoints-r2.ts";
import { leaseFor, newLease, storedResult } from "./coordinator/grant.ts";
import { judgeHandIn } from "./coordinator/hand-in.ts";
import { judgeHeartbeat } from "./coordinator/heartbeat.ts";
import { idleReply } from "./coordinator/idle.ts";
import { type Asked, type LeaseRecord, leaseState } from "./coordinator/lease-record.ts";
import { noSuchExperiment, noSuchLease, notYours, tooManyUploads, wrongResult } from "./coordinator/refusals.ts";
import { chooseShard } from "./coordinator/scheduler.ts";
import { checkResult } from "./coordinator/validator.ts";
import { isFinished, plannedRuns, shardOf, trainedSteps } from "./coordinator/work-generator.ts";
import { HourlyCount, LEASES_PER_NETWORK } from "./identity/caps.ts";
import { checkSigned } from "./identity/check-signed.ts";
import { type Outcome, done } from "./problem.ts";
import { maxCheckpointBytes, memoryNeeds, modelSha256, targetOf } from "./programs.ts";
import { Publisher } from "./publisher.ts";
import { CoordinatorStore } from "./store-sqlite.ts";

/** Checkpoints that may be stored under one lease, repeats after a broken connection included. */
const MAX_UPLOADS = 32;

/** One experiment: its runs, leases and results. It reads the store, asks the decisions, and writes what they say in one transaction. */
export class CoordinatorObject extends DurableObject<Env> {
  /** Milliseconds since 1970. */
  clock = (): number => Date.now();
  private readonly store: CoordinatorStore;
  private readonly publisher: Publisher;
  private readonly count = new HourlyCount();
  private readonly memoryNeeds = new Map<Provider, (variant: Variant) => MemoryNeed>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new CoordinatorStore(ctx.storage.sql);
    this.publisher = new Publisher(this.store, ctx.storage, env, () => this.clock());
    ctx.storage.transactionSync(() => {
      if (this.store.isOpen() && this.store.upgrade()) this.publisher.noteChange();
    });
  }

  /** Makes the experiment, or takes over mended words of one that is there; then its snapshot stands in KV, so that nobody looks it up in vain. */
  async open(header: ExperimentHeader): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      if (!this.store.isOpen()) this.store.open(header, plannedRuns(header.plan));
      else if (canonicalJson(this.store.header()) !== canonicalJson(header)) {
        this.store.setHeader(header);
        this.publisher.noteChange();
      }
    });
    await this.publisher.publish();
  }

  lease(ask: Asked): Outcome<LeaseReply> {
    if (!this.store.isOpen()) return noSuchExperiment(ask.experiment ?? "");
    const now = this.clock();
    const header = this.store.header();
    const { volunteer, prefer, device, memory } = ask;
    const fit = memory && { has: memory, need: this.needs(header.plan, device.provider) };
    const wish = { volunteer, prefer, memory: fit, provider: device.provider };
    const live = this.store.liveLeases(now);
    if (live.filter(({ network }) => network === ask.network).length >= LEASES_PER_NETWORK) {
      return done(idleReply("busy-network", Math.random()));
    }
    const choice = chooseShard(header.id, header.plan, this.store.runs(), live, wish, now);
    if (choice.kind === "idle") return done(idleReply(choice.why, Math.random(), choice.reason));
    const { shard, supersedes } = choice;
    const model = this.modelOf(trainingSpec(header.plan, shard.variant, shard.seed), device.provider);
    const record = newLease(header.id, shard, ask, crypto.randomUUID(), now);
    this.ctx.storage.transactionSync(() => {
      if (supersedes) this.store.returnLease(supersedes, now);
      this.store.addLease(record);
      this.publisher.noteChange();
    });
    return done({ kind: "lease", lease: leaseFor(record, header, shard, model) });
  }

  heartbeat(id: string, volunteer: string, beat: Heartbeat): Outcome<HeartbeatReply> {
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    if (found.lease.volunteer !== volunteer) return notYours(id);
    const judged = judgeHeartbeat(found.lease, found.run, found.shard, beat, this.clock());
    if (!judged.ok) return judged;
    this.store.extendLease(id, judged.value);
    return done({ deadline: new Date(judged.value).toISOString() });
  }

  /** Gives a lease back; doing so again, or when it is over anyway, changes nothing. */
  giveBack(id: string): Outcome<null> {
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    const now = this.clock();
    if (leaseState(found.lease, now) === "live") {
      this.ctx.storage.transactionSync(() => {
        this.store.returnLease(id, now);
        this.publisher.noteChange();
      });
    }
    return done(null);
  }

  /** May a checkpoint be stored under this lease, and of what size in bytes at most? */
  admitCheckpoint(id: string, volunteer: string): Outcome<number> {
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    if (found.lease.volunteer !== volunteer) return notYours(id);
    const now = this.clock();
    const judged = judgeHandIn(found.lease, found.run, this.store.liveLeases(now), null, now);
    if (judged.kind === "refused") return { ok: false, problem: judged.problem };
    if (found.lease.uploads >= MAX_UPLOADS) return tooManyUploads(MAX_UPLOADS);
    this.store.countUpload(id);
    return done(maxCheckpointBytes(found.spec));
  }

  async handIn(id: string, by: { volunteer: string; network: string }, signed: HandIn): Promise<Outcome<ResultReply>> {
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    const { lease, shard, spec } = found;
    if (lease.volunteer !== by.volunteer) return notYours(id);
    const { result } = signed;
    const hash = sha256Hex(canonicalJson(result));
    const early = this.judge(lease.id, hash);
    if (early.kind === "refused") return { ok: false, problem: early.problem };
    if (early.kind === "repeated") return done(this.receipt(lease, "repeated"));
    const counted = this.count.take("resultsPerHour", by, this.clock());
    if (!counted.ok) return counted;
    const valid = await checkSigned(signed, lease, hash);
    if (!valid.ok) return valid;

    const faults = checkResult(result, shard, spec, this.modelOf(spec, lease.device.provider));
    if (faults.length === 0 && result.endCheckpoint) {
      const fault = await checkEndCheckpoint(this.env.CHECKPOINTS, result.endCheckpoint, shard.toStep, stateLayout(spec));
      if (fault) faults.push(fault);
    }
    if (faults.length > 0) return wrongResult(faults);

    return this.ctx.storage.transactionSync(() => {
      // Looking at the checkpoint took time, in which another request may have resolved the shard: ask again.
      const late = this.judge(lease.id, hash);
      if (late.kind === "refused") return { ok: false, problem: late.problem };
      if (late.kind === "repeated") return done(this.receipt(lease, "repeated"));
      const { divergedAt, endCheckpoint } = result;
      this.store.addResult(
        shard.id,
        lease.volunteer,
        (divergedAt ?? shard.toStep) - shard.fromStep,
        canonicalJson(storedResult(lease, shard, result, signed, this.clock())),
      );
      this.store.resolveLease(lease.id, hash);
      this.store.advance({
        variant: lease.variant,
        seed: lease.seed,
        shards: shard.index + 1,
        checkpoint: endCheckpoint,
        divergedAt,
      });
      this.publisher.noteChange();
      return done(this.receipt(lease, "accepted"));
    });
  }

  /** JSON text of an ExperimentResults. */
  results(): Outcome<string> {
    if (!this.store.isOpen()) return noSuchExperiment("");
    return done(`{"experiment":${canonicalJson(this.store.header())},"results":[${this.store.results().join(",")}]}`);
  }

  override async alarm(): Promise<void> {
    if (this.store.isOpen()) await this.publisher.wake();
  }

  private find(id: string) {
    if (!this.store.isOpen()) return null;
    const lease = this.store.lease(id);
    if (!lease) return null;
    const { id: experiment, plan } = this.store.header();
    const run = this.store.run(lease.variant, lease.seed);
    const shard = shardOf(experiment, plan, run, lease.index);
    return { lease, run, shard, spec: trainingSpec(plan, shard.variant, shard.seed) };
  }

  private judge(id: string, hash: string) {
    const found = this.find(id);
    if (!found) throw new Error(`${id}: want a lease that is there`);
    const now = this.clock();
    return judgeHandIn(found.lease, found.run, this.store.liveLeases(now), hash, now);
  }

  private receipt(lease: LeaseRecord, kind: ResultReply["kind"]): ResultReply {
    const { plan } = this.store.header();
    const run = this.store.run(lease.variant, lease.seed);
    return {
      kind,
      run: { trainedSteps: trainedSteps(plan, run), steps: plan.spec.steps, finished: isFinished(plan, run) },
      contribution: this.store.contribution(lease.volunteer),
    };
  }

  /** The model that a provider must train with: compiled once for each deployment, since another one may compile differently. */
  /** What the plan's variants take of a device's memory; kept while the object is awake. */
  private needs(plan: Plan, provider: Provider): (variant: Variant) => MemoryNeed {
    const known = this.memoryNeeds.get(provider) ?? memoryNeeds(plan, provider);
    this.memoryNeeds.set(provider, known);
    return known;
  }

  private modelOf(spec: TrainingSpec, provider: Provider): string {
    const target = targetOf(provider);
    const name = [this.env.VERSION.id, spec.normalization, target].join("/");
    const known = this.store.model(name);
    if (known) return known;
    const sha256 = modelSha256(spec, target);
    this.store.addModel(name, sha256);
    return sha256;
  }
}
