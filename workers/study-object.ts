import { DurableObject } from "cloudflare:workers";
import type { Readings } from "../shared/claims/judging/readings.ts";
import type { Action, LogEntry, LogPage } from "../shared/protocol/action-log.ts";
import { type RestoreEnd, Row, StudyLine } from "../shared/protocol/bundle.ts";
import type { Counters, OperatorStatus, PauseRequest } from "../shared/protocol/operator.ts";
import type { Rerun, RerunRequest } from "../shared/protocol/rerun.ts";
import type { Me, MeChange } from "../shared/protocol/session.ts";
import type { StudyIndex } from "../shared/protocol/study-index.ts";
import { PROTOCOL_VERSION } from "../shared/protocol/version.ts";
import { ActionLog } from "./action-log/log-sqlite.ts";
import { noSuchExperiment } from "./coordinator/refusals.ts";
import { EarliestAlarm } from "./earliest-alarm.ts";
import type { Calibrated } from "./identity/homes.ts";
import { HANDED_TABLES } from "./identity/homes-sqlite.ts";
import { Register } from "./identity/register.ts";
import { keptSecret } from "./identity/secret-sqlite.ts";
import type { By, Gift, Newcomer } from "./identity/volunteers.ts";
import { Opening } from "./opening.ts";
import { RerunDesk } from "./rerun-desk.ts";
import { KvTurns } from "./kv-turns-sqlite.ts";
import { writesPerDay } from "./coordinator/kv-turn.ts";
import { logLine } from "./log-line.ts";
import { Pauses, WHOLE_STUDY } from "./operator/pauses-sqlite.ts";
import { noSuchTable } from "./operator/experiment-copy.ts";
import { restoreLog, restoreStudy, studyLine } from "./operator/study-copy.ts";
import { type Outcome, done, refuse } from "./problem.ts";
import type { Calibration } from "../shared/protocol/calibration.ts";
import type { Tolerances } from "./calibration/kind-votes.ts";
import { coordinator, ownHeaders } from "./study.ts";
import { StudyStore } from "./study-sqlite.ts";
import { type Standing, VerdictPublisher } from "./verdict-publisher.ts";
import { VerdictStore } from "./verdict-sqlite.ts";

/** How long until what could not be settled is tried again. */
const SETTLE_MS = 5_000;

/** The study: which experiments and reruns there are, what their runs say to the claims, and the only writer of the index, verdicts and the next runs in KV. */
export class StudyObject extends DurableObject<Env> {
  /** Milliseconds since 1970. */
  clock = (): number => Date.now();
  private readonly store: StudyStore;
  private readonly actionLog: ActionLog;
  private readonly pauses: Pauses;
  private readonly verdicts: VerdictPublisher;
  private readonly turns: KvTurns;
  private readonly rerunDesk: RerunDesk;
  private readonly opening: Opening;
  private readonly volunteers: Register;
  private readonly earliest: EarliestAlarm;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new StudyStore(ctx.storage.sql);
    this.actionLog = new ActionLog(ctx.storage.sql);
    this.pauses = new Pauses(ctx.storage.sql);
    this.turns = new KvTurns(ctx.storage.sql, writesPerDay(env.KV_WRITES_PER_DAY));
    this.earliest = new EarliestAlarm(ctx.storage, () => this.clock());
    const { store, pauses } = this;
    const log = (action: Action) => void this.log(action);
    this.opening = new Opening({ store, pauses, env, log, countWrite: () => this.turns.take(1, this.clock()) });
    this.rerunDesk = new RerunDesk({
      ...{ store, pauses, log, transaction: (work) => ctx.storage.transactionSync(work) },
      settleSoon: () => this.settleSoon(),
    });
    this.verdicts = new VerdictPublisher(new VerdictStore(ctx.storage.sql), ctx.storage, env, {
      clock: () => this.clock(),
      wakeAt: (at) => this.earliest.at(at),
      openReplicas: (ids) => this.opening.openReplicas(ids),
      turn: (writes) => this.turns.turn("verdicts", writes, this.clock()),
      log,
    });
    const turn = (writes: number, now: number) => this.turns.turn("volunteers", writes, now);
    this.volunteers = new Register({ storage: ctx.storage, env, alarm: this.earliest, turn, clock: () => this.clock() });
    void ctx.blockConcurrencyWhile(() => this.earliest.read());
  }

  /** The server's secret, for a deployment that sets none. */
  secret(): string {
    return keptSecret(this.ctx.storage.sql);
  }

  /** How many homes share the volunteers; 0: none, they are kept here. */
  homes(): Promise<number> {
    return this.volunteers.homes();
  }

  /** A key has been shown: notes that its volunteer came. */
  admit(newcomer: Newcomer): Promise<Outcome<{ alias: string | null }>> {
    return this.volunteers.admit(newcomer);
  }

  me(volunteer: string): Promise<Outcome<Me>> {
    return this.volunteers.me(volunteer);
  }

  changeMe(by: By, change: MeChange): Promise<Outcome<Me>> {
    return this.volunteers.changeMe(by, change);
  }

  calibrate(by: By, calibration: Calibration): Promise<Outcome<Calibrated>> {
    return this.volunteers.calibrate(by, calibration);
  }

  tolerances(): Promise<Tolerances> {
    return this.volunteers.tolerances();
  }

  /** An experiment says what everyone gave to it, in all. */
  noteGifts(experiment: string, gifts: readonly Gift[]): Promise<void> {
    return this.volunteers.noteGifts(experiment, gifts);
  }

  /** A home has something that anyone may read. */
  noteVolunteers(): void {
    this.volunteers.noteChange();
  }

  /** Every experiment, opened and published. */
  async index(): Promise<StudyIndex> {
    await this.opening.settle();
    return this.opening.index();
  }

  /** @param key the request's Idempotency-Key, if it had one */
  askRerun(request: RerunRequest, key: string | null): Promise<Outcome<{ rerun: Rerun; repeated: boolean }>> {
    return this.rerunDesk.ask(request, key, this.env.PROFILE);
  }

  /** An experiment of the study, or a replica, says what was read of its runs, and which of them are leased. */
  hear(readings: Readings, leased: readonly { variant: string; seed: number }[]): void {
    const { id } = readings.header;
    const isKnown = this.opening.ids().includes(id);
    if (isKnown) this.verdicts.hear(readings, leased);
  }

  /** A rerun has judged itself: what its verdicts are now. */
  noteVerdicts(verdicts: Standing[]): void {
    this.verdicts.note(verdicts);
  }

  /** When an experiment may write to KV, in ms since 1970. @param writes that belong together @param isUrgent it does so now, and others later */
  kvTurn(experiment: string, writes: number, isUrgent: boolean): number {
    const now = this.clock();
    if (!isUrgent) return this.turns.turn(experiment, writes, now);
    this.turns.take(writes, now);
    return now;
  }

  reruns(): Rerun[] {
    return this.store.reruns();
  }

  rerun(id: string): Rerun | null {
    return this.store.rerun(id);
  }

  /**
   * Takes an identity's results out of every experiment and rerun, and lets it lease no more. What is cut off is finished by the alarm.
   * @param reason in words that are published
   * @returns how many results no longer count (0 when it was voided before)
   */
  async void(volunteer: string, reason: string): Promise<number> {
    this.ctx.storage.transactionSync(() => {
      const isNew = this.store.void(volunteer, reason, Date.now());
      if (isNew) this.log({ kind: "voided", fields: { volunteer, reason } });
    });
    this.earliest.in(SETTLE_MS);
    return this.settleVoided();
  }

  private async settleVoided(): Promise<number> {
    let left = 0;
    for (const { volunteer, reason } of this.store.voided("unsettled")) {
      for (const id of this.opening.ids()) left += await coordinator(this.env, id).void(volunteer, reason);
      this.store.setVoidSettled(volunteer);
    }
    return left;
  }

  /** Writes an action into the log that anyone can read; an experiment's object calls it for what it did. */
  log(action: Action): LogEntry {
    const entry = this.actionLog.append(action, Date.now());
    logLine(this.env, { action: entry.kind, n: entry.n, ...entry.fields });
    return entry;
  }

  /** Adds what an isolate counted. */
  addCounts(counts: Counters): void {
    this.ctx.storage.transactionSync(() => this.store.addCounts(counts));
  }

  logPage(after: number): LogPage {
    return this.actionLog.page(after);
  }

  /** Pauses an experiment or the whole study, or ends that; every experiment concerned has been told when this returns. */
  async setPaused({ experiment, reason }: PauseRequest, paused: boolean): Promise<Outcome<LogEntry>> {
    const ids = this.opening.ids();
    if (experiment !== undefined && !ids.includes(experiment)) return noSuchExperiment(experiment);
    const scope = experiment ?? WHOLE_STUDY;
    if ((this.pauses.reason(scope) !== null) === paused) {
      const detail = `${experiment ?? "the study"}: got a wish to ${paused ? "pause" : "resume"}, want one that is ${paused ? "not paused" : "paused"}`;
      return refuse(409, { title: "It is so already", detail, remedy: "GET /api/operator/status says what is paused." });
    }
    const entry = this.ctx.storage.transactionSync(() => {
      this.pauses.set(scope, paused ? reason : null, experiment === undefined ? ids : [experiment]);
      return this.log({ kind: paused ? "paused" : "resumed", fields: { experiment: experiment ?? null, reason } });
    });
    await this.settleSoon();
    return done(entry);
  }

  async status(): Promise<OperatorStatus> {
    const experiments = await Promise.all(this.opening.ids().map((id) => coordinator(this.env, id).status()));
    const { n, sha256 } = this.actionLog.head();
    return {
      at: new Date().toISOString(),
      ...{ deployment: this.env.VERSION.id, protocol: PROTOCOL_VERSION, profile: this.env.PROFILE },
      paused: this.pauses.reason(WHOLE_STUDY),
      experiments,
      counters: this.store.counts(),
      log: { n, sha256 },
      bytes: this.ctx.storage.sql.databaseSize + (await this.volunteers.bytes()),
    };
  }

  /** Its line of a bundle, as JSON. */
  exportLine(): string {
    return JSON.stringify(studyLine(this.ctx.storage.sql));
  }

  /** Takes over entries of a bundle's log. */
  restoreLog(entries: LogEntry[]): Outcome<null> {
    return this.ctx.storage.transactionSync(() => restoreLog(this.actionLog, entries));
  }

  /** Takes over its line of a bundle. @param json a StudyLine */
  async restoreLine(json: string): Promise<Outcome<null>> {
    const line = StudyLine.parse(JSON.parse(json));
    const restored = this.ctx.storage.transactionSync(() => restoreStudy(this.ctx.storage.sql, line));
    this.volunteers.noteRestored();
    await this.volunteers.homes();
    return restored;
  }

  /** Takes over volunteers of a bundle. @param json an array of rows */
  async restoreRows(table: string, json: string): Promise<Outcome<null>> {
    if (!HANDED_TABLES.includes(table)) return noSuchTable("the study", table, HANDED_TABLES);
    const rows = Row.array().parse(JSON.parse(json));
    this.ctx.storage.transactionSync(() => this.volunteers.restore(table, rows));
    await this.volunteers.homes();
    return done(null);
  }

  /** All of a bundle is here: says so in the log, and publishes it. */
  async endRestore({ bundle, lines }: RestoreEnd): Promise<LogEntry> {
    for (const id of this.opening.ids()) this.pauses.tell(id);
    const entry = this.log({ kind: "restored", fields: { bundle, lines } });
    this.volunteers.noteChange();
    await this.settleSoon();
    return entry;
  }

  override async alarm(): Promise<void> {
    this.earliest.wentOff();
    try {
      await this.opening.settle();
      await this.settleVoided();
      await this.volunteers.publish();
    } catch (error) {
      console.error("the study's index or volunteers were not published, will try again", error);
      this.earliest.in(SETTLE_MS);
    }
    await this.verdicts.wake(ownHeaders(this.env.PROFILE));
  }

  /** To be called in the turn of the write, so that the alarm is kept with it: should the rest be cut off, the alarm does it. */
  private settleSoon(): Promise<void> {
    this.earliest.in(SETTLE_MS);
    return this.opening.settle();
  }
}
