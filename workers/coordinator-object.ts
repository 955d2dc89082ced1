import { DurableObject } from "cloudflare:workers";
import { trainingSpec } from "../shared/experiments/experiment.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import { stateLayout } from "../shared/nn/training.ts";
import type { MemoryNeed } from "../shared/nn/memory-need.ts";
import { ExperimentLine, Row } from "../shared/protocol/bundle.ts";
import type { ExperimentHeader, Plan, Variant } from "../shared/protocol/experiment.ts";
import type { Heartbeat, HeartbeatReply, LeaseReply, LeaseRequest, Provider } from "../shared/protocol/lease.ts";
import type { ExperimentStatus } from "../shared/protocol/operator.ts";
import type { Result, ResultReply } from "../shared/protocol/result.ts";
import type { TrainingSpec } from "../shared/protocol/training-spec.ts";
import { workKey } from "../shared/protocol/work-key.ts";
import { checkEndCheckpoint } from "./checkpoints-r2.ts";
import { leaseFor, newLease, storedResult } from "./coordinator/grant.ts";
import { judgeHandIn } from "./coordinator/hand-in.ts";
import { judgeHeartbeat } from "./coordinator/heartbeat.ts";
import { idleReply } from "./coordinator/idle.ts";
import { type LeaseRecord, leaseState } from "./coordinator/lease-record.ts";
import { partOf } from "./coordinator/part.ts";
import { noSuchExperiment, noSuchLease, tooManyUploads, wrongResult } from "./coordinator/refusals.ts";
import { type Ask, chooseShard } from "./coordinator/scheduler.ts";
import { cutsOf } from "./coordinator/shard-length.ts";
import { checkResult } from "./coordinator/validator.ts";
import { isFinished, plannedRuns, shardOf, trainedSteps } from "./coordinator/work-generator.ts";
import { experimentLine, restoreExperiment, restoreRows } from "./operator/experiment-copy.ts";
import { experimentStatus } from "./operator/experiment-status.ts";
import { pageOfRows } from "./operator/rows.ts";
import { type Outcome, done } from "./problem.ts";
import { maxCheckpointBytes, memoryNeeds, modelSha256, targetOf } from "./programs.ts";
import { Publisher } from "./publisher.ts";
import { CoordinatorStore } from "./store-sqlite.ts";

/** Checkpoints that may be stored under one lease, repeats after a broken connection included. */
const MAX_UPLOADS = 32;

const HOUR_MS = 3_600_000;

/** One experiment: its runs, leases and results. It reads the store, asks the decisions, and writes what they say in one transaction. */
export class CoordinatorObject extends DurableObject<Env> {
  /** Milliseconds since 1970. */
  clock = (): number => Date.now();
  private readonly store: CoordinatorStore;
  private readonly publisher: Publisher;
  private readonly memoryNeeds = new Map<Provider, (variant: Variant) => MemoryNeed>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new CoordinatorStore(ctx.storage.sql);
    this.publisher = new Publisher(this.store, ctx.storage, env, () => this.clock());
    ctx.storage.transactionSync(() => {
      if (this.store.isOpen() && this.store.upgrade()) this.publisher.noteChange();
    });
  }

  /**
   * Makes the experiment, or takes over mended words of one that is there; then its snapshot stands in KV, so that nobody looks it up in vain.
   * @returns whether it was made now
   */
  async open(header: ExperimentHeader): Promise<boolean> {
    const isNew = !this.store.isOpen();
    this.ctx.storage.transactionSync(() => {
      if (!this.store.isOpen()) this.store.open(header, plannedRuns(header.plan));
      else if (canonicalJson(this.store.header()) !== canonicalJson(header)) {
        this.store.setHeader(header);
        this.publisher.noteChange();
      }
    });
    await this.publisher.publish("opening");
    return isNew;
  }

  /** @param wanted only one of these runs, best first */
  lease(ask: LeaseRequest, wanted?: Ask["wanted"]): Outcome<LeaseReply> {
    if (!this.store.isOpen()) return noSuchExperiment(ask.experiment ?? "");
    const now = this.clock();
    const paused = this.store.paused();
    if (paused !== null) return done(idleReply("paused", Math.random(), `The operator paused this experiment: ${paused}`));
    const header = this.store.header();
    const { volunteer, prefer, device, memory } = ask;
    const fit = memory && { has: memory, need: this.needs(header.plan, device.provider) };
    const speeds = new Map(ask.speeds?.map(({ work, stepsPerSecond }) => [work, stepsPerSecond]));
    const speed = (variant: Variant) => speeds.get(workKey(trainingSpec(header.plan, variant, 0))) ?? null;
    const wish = { volunteer, prefer, memory: fit, provider: device.provider, speed, wanted };
    const choice = chooseShard(header.id, header.plan, this.store.runs(), this.store.liveLeases(now), wish, now);
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

  heartbeat(id: string, beat: Heartbeat): Outcome<HeartbeatReply> {
    const found = this.find(id);
    if (!found) return noSuchLease(id);
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
  admitCheckpoint(id: string): Outcome<number> {
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    const now = this.clock();
    const judged = judgeHandIn(found.lease, found.run, this.store.liveLeases(now), null, now);
    if (judged.kind === "refused") return { ok: false, problem: judged.problem };
    if (found.lease.uploads >= MAX_UPLOADS) return tooManyUploads(MAX_UPLOADS);
    this.store.countUpload(id);
    return done(maxCheckpointBytes(found.spec));
  }

  async handIn(id: string, result: Result): Promise<Outcome<ResultReply>> {
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    const { lease, spec } = found;
    const hash = sha256Hex(canonicalJson(result));
    const early = this.judge(lease.id, hash);
    if (early.kind === "refused") return { ok: false, problem: early.problem };
    if (early.kind === "repeated") return done(this.receipt(lease, "repeated"));

    const { part, faults: cut } = partOf(found.shard, found.run, result, cutsOf(this.store.header().plan));
    const faults = cut.length > 0 ? cut : checkResult(result, part, spec, this.modelOf(spec, lease.device.provider));
    if (faults.length === 0 && result.endCheckpoint) {
      const fault = await checkEndCheckpoint(this.env.CHECKPOINTS, result.endCheckpoint, part.toStep, stateLayout(spec));
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
        part.id,
        lease.volunteer,
        (divergedAt ?? part.toStep) - part.fromStep,
        canonicalJson(storedResult(lease, part, result, this.clock())),
      );
      this.store.resolveLease(lease.id, hash);
      this.store.advance({
        variant: lease.variant,
        seed: lease.seed,
        shards: part.index + 1,
        step: part.toStep,
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

  /** Leases out nothing from now on, because of this; null: leases out again. */
  setPaused(reason: string | null): void {
    if (this.store.isOpen()) this.ctx.storage.transactionSync(() => this.store.setPaused(reason));
  }

  /** @throws Error where nobody opened an experiment */
  status(): ExperimentStatus {
    const now = this.clock();
    const { results, recent } = this.store.countResults(now - HOUR_MS);
    return experimentStatus(this.store.header(), this.store.runs(), this.store.liveLeases(now), {
      ...{ paused: this.store.paused(), results, resultsLastHour: recent, lastLink: this.store.lastLink() },
      ...{ published: this.store.publication().version, bytes: this.ctx.storage.sql.databaseSize },
    });
  }

  /** Its line of a bundle, as JSON. @throws Error where nobody opened an experiment */
  exportLine(): string {
    return JSON.stringify(experimentLine(this.ctx.storage.sql, this.store, this.clock()));
  }

  /** Rows of one of its large tables, as JSON. @param limit rows at most, or null */
  exportRows(table: string, offset: number, limit: number | null): { rows: string[]; next: number | null } {
    const { rows, next } = pageOfRows(this.ctx.storage.sql, table, offset, limit ?? undefined);
    return { rows: rows.map((row) => JSON.stringify(row)), next };
  }

  /** Takes over its line of a bundle. @param json an ExperimentLine */
  async restoreLine(json: string): Promise<Outcome<null>> {
    const line = ExperimentLine.parse(JSON.parse(json));
    await this.open(line.header);
    return this.ctx.storage.transactionSync(() => {
      const restored = restoreExperiment(this.ctx.storage.sql, this.store, line);
      if (restored.ok) this.publisher.noteChange();
      return restored;
    });
  }

  /** Takes over rows of a bundle. @param json an array of rows */
  restoreRows(table: string, json: string): Outcome<null> {
    if (!this.store.isOpen()) return noSuchExperiment("");
    const rows = Row.array().parse(JSON.parse(json));
    return this.ctx.storage.transactionSync(() => {
      const restored = restoreRows(this.ctx.storage.sql, this.store.header().id, table, rows);
      if (restored.ok) this.publisher.noteChange();
      return restored;
    });
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
    const shard = shardOf(experiment, plan, run, lease);
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
      run: { trainedSteps: trainedSteps(run), steps: plan.spec.steps, finished: isFinished(plan, run) },
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
