import { DurableObject } from "cloudflare:workers";
import { canonicalJson } from "../shared/math/json.ts";
import { ExperimentLine, Row } from "../shared/protocol/bundle.ts";
import type { ExperimentHeader } from "../shared/protocol/experiment.ts";
import type { AuditRecord, CommitReply, Commits } from "../shared/protocol/audit.ts";
import type { AuditedDevices } from "../shared/protocol/audited-devices.ts";
import type { Heartbeat, HeartbeatReply, Lease, LeaseReply } from "../shared/protocol/lease.ts";
import type { HandIn, Part, Result, ResultReply } from "../shared/protocol/result.ts";
import type { AuditWish } from "../shared/protocol/operator-audit.ts";
import type { ExperimentStatus } from "../shared/protocol/operator.ts";
import { wakeBy } from "./arm-alarm.ts";
import type { AuditLease } from "./audit/audit.ts";
import { AuditDesk } from "./audit/audit-desk.ts";
import { AuditStore } from "./audit/audit-sqlite.ts";
import { auditedDevices, type Comparison } from "./audit/audited-devices.ts";
import { Binding } from "./audit/binding.ts";
import { voidVolunteer, type Voiding } from "./audit/void-volunteer.ts";
import { idleReply } from "./coordinator/idle.ts";
import type { Asked } from "./coordinator/lease-record.ts";
import { noSuchExperiment, noSuchLease, notYours, voidedVolunteer } from "./coordinator/refusals.ts";
import type { Ask } from "./coordinator/scheduler.ts";
import { plannedRuns } from "./coordinator/work-generator.ts";
import { Flusher } from "./gateway/flusher.ts";
import { type Batch, GatewayStore } from "./gateway/gateway-sqlite.ts";
import { gatheredPage, type Page, rowAmongGateways, sumOfRecords } from "./gateway/gather.ts";
import { gatewayUuid } from "./gateway/lease-uuid.ts";
import { holds, type Place } from "./gateway/place.ts";
import { takeBatch } from "./gateway/take-batch.ts";
import { findLease, ownLease, receipt } from "./found-lease.ts";
import { ownGateways, placeOf } from "./gateway/own-gateways.ts";
import { HandInDesk } from "./hand-in-desk.ts";
import { LeaseDesk } from "./lease-desk.ts";
import { Models } from "./models.ts";
import { HourlyCount } from "./identity/hourly-count.ts";
import { experimentLine, hasGateways, restoreExperiment, restoreRows } from "./operator/experiment-copy.ts";
import { statusOf, withGateways } from "./operator/experiment-status.ts";
import { pageOfRows, tablesOf } from "./operator/rows.ts";
import { type Outcome, done } from "./problem.ts";
import { type Published, Publisher } from "./publisher.ts";
import { study } from "./study.ts";
import { CoordinatorStore } from "./store-sqlite.ts";

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
  private readonly auditDesk: AuditDesk;
  private readonly leases: LeaseDesk;
  private readonly handIns: HandInDesk;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new CoordinatorStore(ctx.storage.sql);
    this.gateways = new GatewayStore(ctx.storage.sql);
    this.place = this.gateways.place();
    this.publisher = this.publisherHere();
    this.audits = new AuditStore(ctx.storage.sql);
    const { store } = this;
    const models = new Models(store, env.VERSION.id);
    const binding = new Binding(store, this.audits, env.CHECKPOINTS);
    const transaction = <T>(work: () => T): T => this.transaction(work);
    const [clock, uuid, noteChange] = [() => this.clock(), () => this.uuid(), () => this.publisher.noteChange()];
    this.auditDesk = new AuditDesk({
      ...{ store, models, uuid, audits: this.audits, bucket: env.CHECKPOINTS },
      tolerances: () => study(env).tolerances(),
      settled: () => {
        noteChange();
        wakeBy(store, ctx.storage, this.clock() + TELL_MS);
      },
      void: (volunteer, reason) => void this.voidNow({ volunteer, reason, isTold: false }),
    });
    this.handIns = new HandInDesk({
      ...{ store, models, binding, clock, transaction, noteChange, bucket: env.CHECKPOINTS },
      count: new HourlyCount(ctx.storage.sql),
    });
    this.leases = new LeaseDesk({
      store,
      models,
      binding,
      clock,
      uuid,
      transaction,
      noteChange,
      handIns: this.handIns,
      place: () => this.place,
    });
    this.transaction(() => {
      if (this.store.isOpen() && this.store.upgrade()) this.publisher.noteChange();
    });
  }

  /**
   * Makes the experiment, or takes over mended words of one that is there; then its snapshot stands in KV, so that nobody looks it up in vain.
   * @param place where it stands if it is made now: with as many gateways as the deployment has
   * @returns whether it was made now
   */
  async open(header: ExperimentHeader, place: Place = placeOf(this.env, header)): Promise<boolean> {
    const isNew = !this.store.isOpen();
    this.transaction(() => {
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

  /** What the store keeps in memory is as good as what is written: of what was undone it keeps nothing. */
  private transaction<T>(work: () => T): T {
    try {
      return this.ctx.storage.transactionSync(work);
    } catch (error) {
      this.store.forget();
      throw error;
    }
  }

  private publisherHere(): Published {
    const { storage } = this.ctx;
    const clock = () => this.clock();
    const audits = async () => ({ records: await this.allAudits(), devices: await this.auditedDevices() });
    if (this.place.kind !== "gateway") return new Publisher(this.store, storage, this.env, { clock, audits });
    return new Flusher(this.store, this.gateways, { storage, env: this.env, clock });
  }

  private ownGateways() {
    return ownGateways(this.env, this.place, () => this.store.header().id);
  }

  /** How this experiment's runs are spread over gateways: seeds take turns; null: nobody opened it. */
  spread(): { of: number; seeds: readonly number[] } | null {
    if (!this.store.isOpen()) return null;
    return { of: this.place.kind === "root" ? this.place.gateways : 0, seeds: this.store.header().plan.seeds };
  }

  /** A gateway tells what happened. */
  take(batch: Batch): void {
    this.transaction(() => {
      if (takeBatch(this.store, this.gateways, batch)) this.publisher.noteChange();
    });
  }

  private uuid(): string {
    const random = crypto.randomUUID();
    return this.place.kind === "gateway" ? gatewayUuid(random, this.place.number) : random;
  }

  /** @param wanted only one of these runs, best first  @param turnedAway how many were told that there is nothing, without a question, since the last one */
  lease(ask: Asked, wanted?: Ask["wanted"], turnedAway = 0): Outcome<LeaseReply> {
    if (!this.store.isOpen()) return noSuchExperiment(ask.experiment ?? "");
    // A root's runs are its gateways' to lease.
    if (this.place.kind === "root") return done(idleReply("all-leased", Math.random()));
    const paused = this.store.paused();
    if (paused !== null) return done(idleReply("paused", Math.random(), `The operator paused this experiment: ${paused}`));
    const voided = this.store.voided.reason(ask.volunteer);
    if (voided !== null) return voidedVolunteer(voided);
    const audit = this.auditDesk.mayAudit(ask.volunteer) ? this.leaseAudit(ask, false) : null;
    return done(audit ? { kind: "lease", lease: audit } : this.leases.grant(ask, wanted, turnedAway));
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
    return this.transaction(() => this.auditDesk.grant(ask, isOperator, this.clock(), wish));
  }

  /** Keeps what a volunteer binds itself to, and tells it whether that was drawn for an audit. */
  commit(id: string, volunteer: string, commits: Commits): Outcome<CommitReply> {
    const found = ownLease(this.store, id, volunteer);
    return found.ok ? this.leases.commit(found.value, commits) : found;
  }

  heartbeat(id: string, volunteer: string, beat: Heartbeat): Outcome<HeartbeatReply> {
    const audit = this.auditLease(id);
    if (audit) return audit.volunteer === volunteer ? this.auditDesk.heartbeat(audit, beat, this.clock()) : notYours(id);
    const found = ownLease(this.store, id, volunteer);
    return found.ok ? this.leases.heartbeat(found.value, beat) : found;
  }

  /** Gives a lease back; doing so again, or when it is over anyway, changes nothing. */
  giveBack(id: string): Outcome<null> {
    const audit = this.auditLease(id);
    const found = audit ? null : findLease(this.store, id);
    if (audit) this.auditDesk.giveBack(audit, this.clock());
    else if (found) this.leases.giveBack(found);
    else return noSuchLease(id);
    return done(null);
  }

  /** May a checkpoint be stored under this lease, and of what size in bytes at most? */
  admitCheckpoint(id: string, volunteer: string): Outcome<number> {
    const audit = this.auditLease(id);
    if (audit) return audit.volunteer === volunteer ? this.auditDesk.admitCheckpoint(audit) : notYours(id);
    const found = ownLease(this.store, id, volunteer);
    return found.ok ? this.leases.admitCheckpoint(found.value) : found;
  }

  async handIn(id: string, by: { volunteer: string; network: string }, signed: HandIn): Promise<Outcome<ResultReply>> {
    const audit = this.auditLease(id);
    if (audit) return audit.volunteer === by.volunteer ? this.handInAudit(audit, signed.result) : notYours(id);
    const found = ownLease(this.store, id, by.volunteer);
    if (!found.ok) return found;
    const taken = await this.handIns.take(found.value, by.network, signed);
    return taken.ok ? done(receipt(this.store, found.value.lease, taken.value)) : taken;
  }

  /** Keeps what was trained so far, for whoever goes on if this volunteer vanishes. */
  async keepPart(id: string, by: { volunteer: string; network: string }, signed: Part): Promise<Outcome<HeartbeatReply>> {
    const found = ownLease(this.store, id, by.volunteer);
    return found.ok ? this.handIns.keep(found.value, by.network, signed) : found;
  }

  private auditLease(id: string): AuditLease | null {
    return this.store.isOpen() ? this.auditDesk.lease(id) : null;
  }

  private async handInAudit(lease: AuditLease, result: Result): Promise<Outcome<ResultReply>> {
    const taken = await this.auditDesk.handIn(
      lease,
      result,
      (work) => this.transaction(work),
      () => this.clock(),
    );
    if (!taken.ok) return taken;
    const { job, volunteer } = lease;
    return done(receipt(this.store, { ...job, volunteer }, taken.value.repeated ? "repeated" : "accepted"));
  }

  /** Every audit of this experiment, for anyone to read. */
  async auditRecords(): Promise<Outcome<AuditRecord[]>> {
    return this.store.isOpen() ? done(await this.allAudits()) : noSuchExperiment("");
  }

  private async allAudits(): Promise<AuditRecord[]> {
    const records = this.auditDesk.records();
    for (const { stub } of this.ownGateways()) {
      const others = await stub.auditRecords();
      if (others.ok) records.push(...others.value);
    }
    return records;
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
    const voided = this.store.results.voidedTexts();
    const rest = voided.length > 0 ? `,"voided":[${voided.join(",")}]` : "";
    return done(
      `{"experiment":${canonicalJson(this.store.header())},"results":[${this.store.results.texts().join(",")}]${rest}}`,
    );
  }

  /**
   * Takes a volunteer's results out of this experiment, and what continued from them; the runs go back to their last good checkpoints, from
   * which the same seeds are leased again. Nothing is deleted. Doing so again changes nothing.
   * @param reason in words that are published
   * @returns how many results no longer count
   */
  async void(volunteer: string, reason: string): Promise<number> {
    if (!this.store.isOpen()) return 0;
    let left = this.transaction(() => this.voidNow({ volunteer, reason, isTold: true }));
    for (const { stub } of this.ownGateways()) left += await stub.void(volunteer, reason);
    return left;
  }

  private voidNow(voiding: Voiding): number {
    // A root hears from its gateways which results leave: they know all of their runs, and what is leased of them.
    if (this.place.kind === "root") {
      this.store.voided.add(voiding.volunteer, voiding.reason, voiding.isTold, this.clock());
      return 0;
    }
    const { results, isChanged } = voidVolunteer(this.store, this.audits, voiding, this.clock());
    if (isChanged) this.publisher.noteChange();
    return results;
  }

  /** Leases out nothing from now on, because of this; null: leases out again. */
  async setPaused(reason: string | null): Promise<void> {
    if (this.store.isOpen()) this.transaction(() => this.store.setPaused(reason));
    for (const { stub } of this.ownGateways()) await stub.setPaused(reason);
  }

  /** @throws Error where nobody opened an experiment */
  async status(): Promise<ExperimentStatus> {
    const gateways = await Promise.all(this.ownGateways().map(({ stub }) => stub.status()));
    return withGateways(statusOf(this.store, this.clock(), this.ctx.storage.sql.databaseSize), gateways);
  }

  /** Its line of a bundle, as JSON. @throws Error where nobody opened an experiment */
  async exportLine(): Promise<string> {
    const records: Row[] = [];
    for (const { stub } of this.ownGateways()) records.push(...(await stub.handOn()));
    const line = experimentLine(this.ctx.storage.sql, this.store, this.clock());
    if (records.length > 0) line.tables.audit_records = sumOfRecords([...(line.tables.audit_records ?? []), ...records]);
    return JSON.stringify(line);
  }

  /** A gateway tells its root now what it would tell it before long. @returns what audits said of each volunteer here, as rows */
  async handOn(): Promise<Row[]> {
    await this.publisher.publish();
    return tablesOf(this.ctx.storage.sql, ["audit_records"]).audit_records ?? [];
  }

  /** Rows of one of its large tables, as JSON, those of its gateways behind its own. @param offset 0, or `next` of the page before  @param limit rows at most, or null */
  async exportRows(table: string, offset: number, limit: number | null): Promise<Page> {
    const own = (from: number): Page => {
      const { rows, next } = pageOfRows(this.ctx.storage.sql, table, from, limit ?? undefined);
      return { rows: rows.map((row) => JSON.stringify(rowAmongGateways(this.place, table, row))), next };
    };
    // Results are the root's: in its chain all of them stand.
    const others = table === "results" ? [] : this.ownGateways();
    const gateways = others.map(
      ({ stub }) =>
        async (from: number): Promise<Page> =>
          await stub.exportRows(table, from, limit),
    );
    return gatheredPage([own, ...gateways], offset);
  }

  /** Takes over its line of a bundle. @param json an ExperimentLine */
  async restoreLine(json: string): Promise<Outcome<null>> {
    const line = ExperimentLine.parse(JSON.parse(json));
    await this.open(line.header);
    if (this.place.kind === "root") return hasGateways(`${line.header.id}: got ${this.place.gateways} gateways`);
    return this.transaction(() => {
      const restored = restoreExperiment(this.ctx.storage.sql, this.store, line);
      if (restored.ok) this.publisher.noteChange();
      return restored;
    });
  }

  /** Takes over rows of a bundle. @param json an array of rows */
  restoreRows(table: string, json: string): Outcome<null> {
    if (!this.store.isOpen()) return noSuchExperiment("");
    const rows = Row.array().parse(JSON.parse(json));
    return this.transaction(() => {
      const restored = restoreRows(this.ctx.storage.sql, this.store.header().id, table, rows);
      this.store.forget();
      if (restored.ok) this.publisher.noteChange();
      return restored;
    });
  }

  override async alarm(): Promise<void> {
    if (!this.store.isOpen()) return;
    await this.publisher.wake();
    await this.auditDesk.tell(async (action) => (await study(this.env).log(action)).n);
    for (const { volunteer, reason } of this.store.voided.untold()) {
      await study(this.env).void(volunteer, reason);
      this.store.voided.setTold(volunteer);
    }
  }
}
