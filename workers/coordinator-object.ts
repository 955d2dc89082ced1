import { DurableObject } from "cloudflare:workers";
import { trainingSpec } from "../shared/experiments/experiment.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { targetOf } from "../shared/nn/target.ts";
import type { MemoryNeed } from "../shared/nn/memory-need.ts";
import { ExperimentLine, Row } from "../shared/protocol/bundle.ts";
import type { ExperimentHeader, Plan, Variant } from "../shared/protocol/experiment.ts";
import type { AuditRecord, CommitReply, Commits } from "../shared/protocol/audit.ts";
import type { AuditedDevices } from "../shared/protocol/audited-devices.ts";
import type { Device, Heartbeat, HeartbeatReply, Lease, LeaseReply, Provider } from "../shared/protocol/lease.ts";
import type { HandIn, Part, Result, ResultReply } from "../shared/protocol/result.ts";
import type { AuditWish } from "../shared/protocol/operator-audit.ts";
import type { ExperimentStatus } from "../shared/protocol/operator.ts";
import type { TrainingSpec } from "../shared/protocol/training-spec.ts";
import { wakeBy } from "./arm-alarm.ts";
import type { AuditLease } from "./audit/audit.ts";
import { AuditDesk } from "./audit/audit-desk.ts";
import { AuditStore } from "./audit/audit-sqlite.ts";
import { auditedDevices, type Comparison } from "./audit/audited-devices.ts";
import { Binding } from "./audit/binding.ts";
import { voidVolunteer, type Voiding } from "./audit/void-volunteer.ts";
import { workKey } from "../shared/protocol/work-key.ts";
import { leaseFor, newLease } from "./coordinator/grant.ts";
import { type HandIn as Judged, judgeHandIn } from "./coordinator/hand-in.ts";
import { judgeHeartbeat } from "./coordinator/heartbeat.ts";
import { idleReply } from "./coordinator/idle.ts";
import { type Asked, type LeaseRecord, leaseState } from "./coordinator/lease-record.ts";
import {
  noSuchExperiment,
  noSuchLease,
  notYours,
  resolvedLease,
  tooManyUploads,
  voidedVolunteer,
} from "./coordinator/refusals.ts";
import { type Ask, chooseShard } from "./coordinator/scheduler.ts";
import { untoldSpeed } from "./coordinator/shard-length.ts";
import { isFinished, plannedRuns, shardOf, trainedSteps } from "./coordinator/work-generator.ts";
import { Flusher } from "./gateway/flusher.ts";
import { type Batch, GatewayStore } from "./gateway/gateway-sqlite.ts";
import { gateway } from "./gateway/granters.ts";
import { gatewayUuid } from "./gateway/lease-uuid.ts";
import { gatewaysFor, holds, type Place } from "./gateway/place.ts";
import { takeBatch } from "./gateway/take-batch.ts";
import { HandInDesk } from "./hand-in-desk.ts";
import { LEASES_PER_NETWORK } from "./identity/caps.ts";
import { HourlyCount } from "./identity/hourly-count.ts";
import { experimentLine, restoreExperiment, restoreRows } from "./operator/experiment-copy.ts";
import { experimentStatus, withGateways } from "./operator/experiment-status.ts";
import { pageOfRows } from "./operator/rows.ts";
import { type Outcome, done } from "./problem.ts";
import { maxCheckpointBytes, memoryNeeds, modelSha256 } from "./programs.ts";
import { type Published, Publisher } from "./publisher.ts";
import { PartStore } from "./parts-sqlite.ts";
import { study } from "./study.ts";
import { CoordinatorStore } from "./store-sqlite.ts";

/** Checkpoints that may be stored under one lease, repeats after a broken connection included. */
const MAX_UPLOADS = 32;

const HOUR_MS = 3_600_000;
/** Audits that are settled within it make one entry of the action log. */
const TELL_MS = 60_000;

/** One experiment: its runs, leases and results. It reads the store, asks the decisions, and writes what they say in one transaction. */
export class CoordinatorObject extends DurableObject<Env> {
  /** Milliseconds since 1970. */
  clock = (): number => Date.now();
  private readonly store: CoordinatorStore;
  private readonly gateways: GatewayStore;
  private place: Place;
  private publisher: Published;
  private readonly audits: AuditStore;
  private readonly binding: Binding;
  private readonly auditDesk: AuditDesk;
  private readonly handIns: HandInDesk;
  private readonly memoryNeeds = new Map<Provider, (variant: Variant) => MemoryNeed>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new CoordinatorStore(ctx.storage.sql);
    this.gateways = new GatewayStore(ctx.storage.sql);
    this.place = this.gateways.place();
    this.publisher = this.publisherHere();
    this.audits = new AuditStore(ctx.storage.sql);
    this.binding = new Binding(this.store, this.audits, env.CHECKPOINTS);
    this.auditDesk = new AuditDesk({
      ...{ store: this.store, audits: this.audits, bucket: env.CHECKPOINTS },
      modelOf: (spec, device) => this.modelOf(spec, device),
      uuid: () => this.uuid(),
      tolerances: () => study(env).tolerances(),
      settled: () => wakeBy(this.store, ctx.storage, this.clock() + TELL_MS),
      void: (volunteer, reason) => void this.voidNow({ volunteer, reason, isTold: false }),
    });
    this.handIns = new HandInDesk({
      ...{ store: this.store, parts: new PartStore(ctx.storage.sql), binding: this.binding, bucket: env.CHECKPOINTS },
      ...{ count: new HourlyCount(ctx.storage.sql), clock: () => this.clock() },
      transaction: (work) => ctx.storage.transactionSync(work),
      judge: (lease, hash) => this.judge(lease, hash),
      modelOf: (spec, device) => this.modelOf(spec, device),
      find: (lease) => this.find(lease),
      noteChange: () => this.publisher.noteChange(),
    });
    ctx.storage.transactionSync(() => {
      if (this.store.isOpen() && this.store.upgrade()) this.publisher.noteChange();
    });
  }

  /**
   * Makes the experiment, or takes over mended words of one that is there; then its snapshot stands in KV, so that nobody looks it up in vain.
   * @param place where it stands if it is made now: with as many gateways as the deployment has
   * @returns whether it was made now
   */
  async open(header: ExperimentHeader, place: Place = this.placeFor(header)): Promise<boolean> {
    const isNew = !this.store.isOpen();
    this.ctx.storage.transactionSync(() => {
      if (!this.store.isOpen()) {
        const { seeds } = header.plan;
        this.store.open(
          header,
          plannedRuns(header.plan).filter(({ seed }) => holds(place, seeds, seed)),
        );
        this.gateways.take(place);
        this.place = this.gateways.place();
        this.publisher = this.publisherHere();
      } else if (canonicalJson(this.store.header()) !== canonicalJson(header)) {
        this.store.setHeader(header);
        this.publisher.noteChange();
      }
    });
    for (const { number, of, stub } of this.ownGateways()) await stub.open(header, { kind: "gateway", number, of });
    await this.publisher.publish("opening");
    return isNew;
  }

  private placeFor({ plan }: ExperimentHeader): Place {
    const gateways = gatewaysFor(plan.seeds, Number(this.env.GATEWAYS));
    return gateways === 0 ? { kind: "alone" } : { kind: "root", gateways };
  }

  private publisherHere(): Published {
    const { storage } = this.ctx;
    const clock = () => this.clock();
    if (this.place.kind !== "gateway") return new Publisher(this.store, storage, this.env, clock, () => this.auditedDevices());
    return new Flusher(this.store, this.gateways, { storage, env: this.env, clock });
  }

  /** The gateways of a root; none anywhere else. */
  private ownGateways() {
    if (this.place.kind !== "root") return [];
    const of = this.place.gateways;
    const { id } = this.store.header();
    return Array.from({ length: of }, (_, i) => ({ number: i + 1, of, stub: gateway(this.env, id, i + 1) }));
  }

  /** How this experiment's runs are spread over gateways: seeds take turns; null: nobody opened it. */
  spread(): { of: number; seeds: readonly number[] } | null {
    if (!this.store.isOpen()) return null;
    return { of: this.place.kind === "root" ? this.place.gateways : 0, seeds: this.store.header().plan.seeds };
  }

  /** A gateway tells what happened. */
  take(batch: Batch): void {
    this.ctx.storage.transactionSync(() => {
      if (takeBatch(this.store, this.gateways, batch)) this.publisher.noteChange();
    });
  }

  private uuid(): string {
    const random = crypto.randomUUID();
    return this.place.kind === "gateway" ? gatewayUuid(random, this.place.number) : random;
  }

  /** @param wanted only one of these runs, best first */
  lease(ask: Asked, wanted?: Ask["wanted"]): Outcome<LeaseReply> {
    if (!this.store.isOpen()) return noSuchExperiment(ask.experiment ?? "");
    const now = this.clock();
    // A root's runs are its gateways' to lease.
    if (this.place.kind === "root") return done(idleReply("all-leased", Math.random()));
    const paused = this.store.paused();
    if (paused !== null) return done(idleReply("paused", Math.random(), `The operator paused this experiment: ${paused}`));
    const header = this.store.header();
    const { volunteer, prefer, replaces, device, memory } = ask;
    const voided = this.store.voidedFor(volunteer);
    if (voided !== null) return voidedVolunteer(voided);
    const audit = this.leaseAudit(ask, false);
    if (audit) return done({ kind: "lease", lease: audit });
    const fit = memory && { has: memory, need: this.needs(header.plan, device.provider) };
    const speeds = new Map(ask.speeds?.map(({ work, stepsPerSecond }) => [work, stepsPerSecond]));
    const last = untoldSpeed(this.store.lastSpeed(volunteer, device.provider), header.plan);
    const speed = (variant: Variant) => speeds.get(workKey(trainingSpec(header.plan, variant, 0))) ?? last;
    const wish = { volunteer, prefer, replaces, memory: fit, provider: device.provider, speed, wanted };
    const live = this.store.liveLeases(now);
    if (live.filter(({ network }) => network === ask.network).length >= LEASES_PER_NETWORK) {
      return done(idleReply("busy-network", Math.random()));
    }
    const stood = this.handIns.standIns(this.store.runs(), live, now, { volunteer, shard: prefer });
    const choice = chooseShard(header.id, header.plan, stood.runs, live, wish, now);
    if (choice.kind === "idle") return done(idleReply(choice.why, Math.random(), choice.reason));
    const { shard, supersedes } = choice;
    const left = stood.leaseOf({ variant: shard.variant.id, seed: shard.seed });
    const model = this.modelOf(trainingSpec(header.plan, shard.variant, shard.seed), device);
    const record = newLease(header.id, shard, ask, this.uuid(), now);
    this.ctx.storage.transactionSync(() => {
      if (left !== undefined) this.handIns.promote(left);
      if (supersedes) this.store.returnLease(supersedes, now);
      this.store.addLease(record);
      this.publisher.noteChange();
    });
    return done({ kind: "lease", lease: leaseFor(record, header, shard, model, this.binding.every) });
  }

  /** Something to audit, for the operator's auditor; null: there is nothing for this device. */
  async leaseForOperator(ask: Asked, wish: AuditWish = {}): Promise<Outcome<Lease | null>> {
    if (!this.store.isOpen()) return noSuchExperiment(ask.experiment ?? "");
    for (const { stub } of this.ownGateways()) {
      const leased = await stub.leaseForOperator(ask, wish);
      if (!leased.ok || leased.value) return leased;
    }
    if (this.place.kind === "root") return done(null);
    return done(this.leaseAudit(ask, true, wish));
  }

  private leaseAudit(ask: Asked, isOperator: boolean, wish: AuditWish = {}): Lease | null {
    return this.ctx.storage.transactionSync(() => this.auditDesk.grant(ask, isOperator, this.clock(), wish));
  }

  /** Keeps what a volunteer binds itself to, and tells it whether that was drawn for an audit. */
  commit(id: string, volunteer: string, { commits }: Commits): Outcome<CommitReply> {
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    if (found.lease.volunteer !== volunteer) return notYours(id);
    const { lease, shard } = found;
    const judged = this.judge(id, null);
    if (judged.kind === "refused") return { ok: false, problem: judged.problem };
    if (judged.kind === "repeated") return resolvedLease(id);
    return this.ctx.storage.transactionSync(() => this.binding.commit(lease, shard, commits, this.clock(), Math.random));
  }

  heartbeat(id: string, volunteer: string, beat: Heartbeat): Outcome<HeartbeatReply> {
    const audit = this.auditLease(id);
    if (audit) return audit.volunteer === volunteer ? this.auditDesk.heartbeat(audit, beat, this.clock()) : notYours(id);
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    if (found.lease.volunteer !== volunteer) return notYours(id);
    const judged = judgeHeartbeat(found.lease, found.run, found.shard, beat, this.clock());
    if (!judged.ok) return judged;
    if (judged.value !== found.lease.deadline) this.store.extendLease(id, judged.value);
    return done({ deadline: new Date(judged.value).toISOString() });
  }

  /** Gives a lease back; doing so again, or when it is over anyway, changes nothing. */
  giveBack(id: string): Outcome<null> {
    const audit = this.auditLease(id);
    if (audit) return done((this.auditDesk.giveBack(audit, this.clock()), null));
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
    const audit = this.auditLease(id);
    if (audit) return audit.volunteer === volunteer ? this.auditDesk.admitCheckpoint(audit) : notYours(id);
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    if (found.lease.volunteer !== volunteer) return notYours(id);
    const judged = this.judge(id, null);
    if (judged.kind === "refused") return { ok: false, problem: judged.problem };
    if (found.lease.uploads >= MAX_UPLOADS) return tooManyUploads(MAX_UPLOADS);
    this.store.countUpload(id);
    return done(maxCheckpointBytes(found.spec));
  }

  async handIn(id: string, by: { volunteer: string; network: string }, signed: HandIn): Promise<Outcome<ResultReply>> {
    const audit = this.auditLease(id);
    if (audit) return audit.volunteer === by.volunteer ? this.handInAudit(audit, signed.result) : notYours(id);
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    if (found.lease.volunteer !== by.volunteer) return notYours(id);
    const taken = await this.handIns.take(found, by.network, signed);
    return taken.ok ? done(this.receipt(found.lease, taken.value)) : taken;
  }

  /** Keeps what was trained so far, for whoever goes on if this volunteer vanishes. */
  async keepPart(id: string, by: { volunteer: string; network: string }, signed: Part): Promise<Outcome<HeartbeatReply>> {
    const found = this.find(id);
    if (!found) return noSuchLease(id);
    return found.lease.volunteer === by.volunteer ? this.handIns.keep(found, by.network, signed) : notYours(id);
  }

  private auditLease(id: string): AuditLease | null {
    return this.store.isOpen() ? this.auditDesk.lease(id) : null;
  }

  private async handInAudit(lease: AuditLease, result: Result): Promise<Outcome<ResultReply>> {
    const transaction = <T>(work: () => T): T => this.ctx.storage.transactionSync(work);
    const taken = await this.auditDesk.handIn(lease, result, transaction, () => this.clock());
    if (!taken.ok) return taken;
    const { job, volunteer } = lease;
    return done(this.receipt({ ...job, volunteer }, taken.value.repeated ? "repeated" : "accepted"));
  }

  /** Every audit of this experiment, for anyone to read. */
  async auditRecords(): Promise<Outcome<AuditRecord[]>> {
    if (!this.store.isOpen()) return noSuchExperiment("");
    const records = this.auditDesk.records();
    for (const { stub } of this.ownGateways()) {
      const others = await stub.auditRecords();
      if (others.ok) records.push(...others.value);
    }
    return done(records);
  }

  /** What auditors found here, at a gateway or where there are none. */
  comparisons(): Comparison[] {
    return this.store.isOpen() ? this.audits.comparisons() : [];
  }

  /** A gateway that does not answer is heard the next time: it keeps nobody from reading the rest. */
  private async auditedDevices(): Promise<AuditedDevices> {
    const others = this.ownGateways().map(({ stub }) => stub.comparisons().catch((): Comparison[] => []));
    return auditedDevices([...this.comparisons(), ...(await Promise.all(others)).flat()]);
  }

  /** JSON text of an ExperimentResults. */
  results(): Outcome<string> {
    if (!this.store.isOpen()) return noSuchExperiment("");
    const voided = this.store.voidedResults();
    const rest = voided.length > 0 ? `,"voided":[${voided.join(",")}]` : "";
    return done(`{"experiment":${canonicalJson(this.store.header())},"results":[${this.store.results().join(",")}]${rest}}`);
  }

  /**
   * Takes a volunteer's results out of this experiment, and what continued from them; the runs go back to their last good checkpoints, from
   * which the same seeds are leased again. Nothing is deleted. Doing so again changes nothing.
   * @param reason in words that are published
   * @returns how many results no longer count
   */
  async void(volunteer: string, reason: string): Promise<number> {
    if (!this.store.isOpen()) return 0;
    let left = this.ctx.storage.transactionSync(() => this.voidNow({ volunteer, reason, isTold: true }));
    for (const { stub } of this.ownGateways()) left += await stub.void(volunteer, reason);
    return left;
  }

  private voidNow(voiding: Voiding): number {
    // A root hears from its gateways which results leave: they know all of their runs, and what is leased of them.
    if (this.place.kind === "root") {
      this.store.voidVolunteer(voiding.volunteer, voiding.reason, voiding.isTold, this.clock());
      return 0;
    }
    const { results, isChanged } = voidVolunteer(this.store, this.audits, voiding, this.clock());
    if (isChanged) this.publisher.noteChange();
    return results;
  }

  /** Leases out nothing from now on, because of this; null: leases out again. */
  async setPaused(reason: string | null): Promise<void> {
    if (this.store.isOpen()) this.ctx.storage.transactionSync(() => this.store.setPaused(reason));
    for (const { stub } of this.ownGateways()) await stub.setPaused(reason);
  }

  /** @throws Error where nobody opened an experiment */
  async status(): Promise<ExperimentStatus> {
    const gateways = await Promise.all(this.ownGateways().map(({ stub }) => stub.status()));
    return withGateways(this.ownStatus(), gateways);
  }

  private ownStatus(): ExperimentStatus {
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
    if (!this.store.isOpen()) return;
    await this.publisher.wake();
    const isTold = await this.auditDesk.tell(async (action) => (await study(this.env).log(action)).n);
    // What audits have shown of the devices stands in the snapshot.
    if (isTold) this.publisher.noteChange();
    for (const { volunteer, reason } of this.store.untold()) {
      await study(this.env).void(volunteer, reason);
      this.store.setTold(volunteer);
    }
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

  /** @param hash null to ask before there is a result */
  private judge(id: string, hash: string | null): Judged {
    const found = this.find(id);
    if (!found) throw new Error(`${id}: want a lease that is there`);
    const voided = this.store.voidedFor(found.lease.volunteer);
    if (voided !== null) return { kind: "refused", problem: voidedVolunteer(voided).problem };
    const now = this.clock();
    return judgeHandIn(found.lease, found.run, this.store.liveLeases(now), hash, now);
  }

  private receipt(lease: Pick<LeaseRecord, "variant" | "seed" | "volunteer">, kind: ResultReply["kind"]): ResultReply {
    const { plan } = this.store.header();
    const run = this.store.run(lease.variant, lease.seed);
    return {
      kind,
      run: { trainedSteps: trainedSteps(run), steps: plan.spec.steps, finished: isFinished(plan, run) },
      contribution: this.store.contribution(lease.volunteer),
    };
  }

  /** What the plan's variants take of a device's memory; kept while the object is awake. */
  private needs(plan: Plan, provider: Provider): (variant: Variant) => MemoryNeed {
    const known = this.memoryNeeds.get(provider) ?? memoryNeeds(plan, provider);
    this.memoryNeeds.set(provider, known);
    return known;
  }

  /** The model that a device must train with: compiled once for each deployment, since another one may compile differently. */
  private modelOf(spec: TrainingSpec, device: Device): string {
    const target = targetOf(device);
    const name = [this.env.VERSION.id, spec.normalization, target].join("/");
    const known = this.store.model(name);
    if (known) return known;
    const sha256 = modelSha256(spec, target);
    this.store.addModel(name, sha256);
    return sha256;
  }
}
