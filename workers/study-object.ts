import { DurableObject } from "cloudflare:workers";
import type { Readings } from "../shared/claims/judging/readings.ts";
import { replicaHeader } from "../shared/experiments/replica.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import type { ExperimentHeader } from "../shared/protocol/experiment.ts";
import type { Action, LogEntry, LogPage } from "../shared/protocol/action-log.ts";
import { type RestoreEnd, StudyLine } from "../shared/protocol/bundle.ts";
import type { Counters, OperatorStatus, PauseRequest } from "../shared/protocol/operator.ts";
import type { Rerun, RerunRequest } from "../shared/protocol/rerun.ts";
import type { Me, MeChange } from "../shared/protocol/session.ts";
import type { StudyIndex } from "../shared/protocol/study-index.ts";
import { PROTOCOL_VERSION } from "../shared/protocol/version.ts";
import { ActionLog } from "./action-log/log-sqlite.ts";
import { noSuchExperiment, otherReference, tooManyKinds } from "./coordinator/refusals.ts";
import { rerunHeader } from "./coordinator/rerun.ts";
import { type Gift, type Newcomer, VolunteerStore } from "./identity/volunteers.ts";
import { KvTurns } from "./kv-turns-sqlite.ts";
import { writesPerDay } from "./coordinator/kv-turn.ts";
import { writeCalibrations, writeIndex, writeVolunteers } from "./metrics-kv.ts";
import { logLine } from "./log-line.ts";
import { Pauses, WHOLE_STUDY } from "./operator/pauses-sqlite.ts";
import { restoreLog, restoreStudy, studyLine } from "./operator/study-copy.ts";
import { type Outcome, done, refuse } from "./problem.ts";
import { largestCheckpointBytes } from "./programs.ts";
import { deviceKind } from "../shared/audit/calibration/device-kind.ts";
import { judgeCalibration, REFERENCE } from "../shared/audit/calibration/judge.ts";
import type { Calibration, CalibrationVerdict } from "../shared/protocol/calibration.ts";
import { CalibrationStore, type Tolerances } from "./calibration/calibration-sqlite.ts";
import { HourlyCount } from "./identity/hourly-count.ts";
import { coordinator, ownHeaders, studySha256 } from "./study.ts";
import { StudyStore } from "./study-sqlite.ts";
import { VerdictPublisher } from "./verdict-publisher.ts";
import { VerdictStore } from "./verdict-sqlite.ts";

/** How long until what could not be settled is tried again. */
const SETTLE_MS = 5_000;
/** The list of volunteers is published so many times less often than an experiment's metrics. */
const VOLUNTEERS_SLOWER = 6;

/** The study: which experiments and reruns there are, what their runs say to the claims, and the only writer of the index, verdicts and the next runs in KV. */
export class StudyObject extends DurableObject<Env> {
  /** Milliseconds since 1970. */
  clock = (): number => Date.now();
  private readonly store: StudyStore;
  private readonly actionLog: ActionLog;
  private readonly volunteers: VolunteerStore;
  private readonly calibrations: CalibrationStore;
  private readonly count: HourlyCount;
  private readonly pauses: Pauses;
  private readonly verdicts: VerdictPublisher;
  private readonly turns: KvTurns;
  private settling: Promise<void> = Promise.resolve();
  /** For when the alarm is set, in ms since 1970; kept here because asking the platform would mean waiting. */
  private alarmAt = Infinity;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new StudyStore(ctx.storage.sql);
    this.actionLog = new ActionLog(ctx.storage.sql);
    this.pauses = new Pauses(ctx.storage.sql);
    this.turns = new KvTurns(ctx.storage.sql, writesPerDay(env.KV_WRITES_PER_DAY));
    this.verdicts = new VerdictPublisher(new VerdictStore(ctx.storage.sql), ctx.storage, env, {
      clock: () => this.clock(),
      wakeAt: (at) => this.wakeAt(at),
      openReplicas: (ids) => this.openReplicas(ids),
      turn: (writes) => this.turns.turn("verdicts", writes, this.clock()),
      log: (action) => void this.log(action),
    });
    this.count = new HourlyCount(ctx.storage.sql);
    this.volunteers = new VolunteerStore(ctx.storage.sql);
    this.calibrations = new CalibrationStore(ctx.storage.sql);
    void ctx.blockConcurrencyWhile(async () => {
      this.alarmAt = (await ctx.storage.getAlarm()) ?? Infinity;
    });
  }

  /** The server's secret, for a deployment that sets none. */
  secret(): string {
    return this.volunteers.secret();
  }

  /** A key has been shown: notes that its volunteer came. */
  admit(newcomer: Newcomer): Outcome<{ alias: string | null }> {
    const admitted = this.volunteers.admit(newcomer, Date.now());
    if (admitted.ok && newcomer.alias !== undefined) this.noteVolunteers();
    return admitted;
  }

  me(volunteer: string): Outcome<Me> {
    return this.volunteers.me(volunteer);
  }

  changeMe(volunteer: string, network: string, change: MeChange): Outcome<Me> {
    const changed = this.volunteers.change(volunteer, network, change, Date.now());
    if (changed.ok) this.noteVolunteers();
    return changed;
  }

  /** Judges what a device made of the known trainings, and keeps it. */
  calibrate(
    by: { volunteer: string; network: string },
    { device, reference, answers }: Calibration,
  ): Outcome<{ verdict: CalibrationVerdict; words: string }> {
    if (reference !== REFERENCE) return otherReference(reference);
    const counted = this.count.take("calibrationsPerHour", by, Date.now());
    if (!counted.ok) return counted;
    const kind = deviceKind(device);
    const { verdict, words, spread, state } = judgeCalibration(answers, device.provider, this.calibrations.tolerance(kind));
    if (!this.calibrations.put({ ...by, kind, verdict, spread, state }, Date.now())) return tooManyKinds;
    this.noteVolunteers();
    return done({ verdict, words });
  }

  /** What audits allow the kinds of devices that were calibrated often enough. */
  tolerances(): Tolerances {
    return this.calibrations.tolerances();
  }

  /** An experiment says what everyone gave to it, in all. */
  noteGifts(experiment: string, gifts: readonly Gift[]): void {
    const isNews = this.ctx.storage.transactionSync(() => this.volunteers.setGifts(experiment, gifts));
    if (isNews) this.noteVolunteers();
  }

  /** Every experiment, opened and published. */
  async index(): Promise<StudyIndex> {
    await this.settle();
    return this.currentIndex();
  }

  /** @param key the request's Idempotency-Key, if it had one */
  async askRerun(request: RerunRequest, key: string | null): Promise<Outcome<{ rerun: Rerun; repeated: boolean }>> {
    const bodySha256 = sha256Hex(canonicalJson(request));
    const earlier = key === null ? null : this.store.key(key);
    if (earlier) return this.repeat(earlier, bodySha256);
    const parent =
      ownHeaders(this.env.PROFILE).find(({ id }) => id === request.experiment) ?? this.store.header(request.experiment);
    if (!parent) return noSuchExperiment(request.experiment);
    const header = rerunHeader(parent, request, this.store.countReruns(parent.id) + 1, largestCheckpointBytes);
    if (!header.ok) return header;
    const { id, plan } = header.value;
    const createdAt = new Date().toISOString();
    const rerun: Rerun = { id, parent: parent.id, createdAt, url: `/rerun?id=${id}`, api: `/api/snapshot/${id}`, plan };
    this.ctx.storage.transactionSync(() => {
      this.store.addRerun(header.value, rerun);
      if (this.pauses.holds(id) !== null) this.pauses.tell(id);
      this.log({ kind: "rerun", fields: { experiment: id, parent: parent.id, reason: request.reason ?? null } });
      if (key !== null) this.store.addKey(key, bodySha256, id);
    });
    // Set in the turn of the write, so it is kept with it: should the rest be cut off, the alarm does it.
    this.wakeIn(SETTLE_MS);
    try {
      await this.settle();
    } catch (error) {
      console.error(`${id}: not published yet, will try again`, error);
    }
    return done({ rerun, repeated: false });
  }

  /** An experiment says what was read of its runs, and which of them are leased. */
  hear(readings: Readings, leased: readonly { variant: string; seed: number }[]): void {
    const { id } = readings.header;
    const isKnown = this.ids().includes(id);
    if (isKnown) this.verdicts.hear(readings, leased);
  }

  /** When an experiment may write its snapshot to KV, in ms since 1970. @param isUrgent it does so now, and others later */
  kvTurn(experiment: string, isUrgent: boolean): number {
    const now = this.clock();
    if (!isUrgent) return this.turns.turn(experiment, 1, now);
    this.turns.take(1, now);
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
    this.wakeIn(SETTLE_MS);
    return this.settleVoided();
  }

  private async settleVoided(): Promise<number> {
    let left = 0;
    for (const { volunteer, reason } of this.store.voided("unsettled")) {
      for (const id of this.ids()) left += await coordinator(this.env, id).void(volunteer, reason);
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
    const ids = this.ids();
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
    this.wakeIn(SETTLE_MS);
    await this.settle();
    return done(entry);
  }

  async status(): Promise<OperatorStatus> {
    const experiments = await Promise.all(this.ids().map((id) => coordinator(this.env, id).status()));
    const { n, sha256 } = this.actionLog.head();
    return {
      at: new Date().toISOString(),
      ...{ deployment: this.env.VERSION.id, protocol: PROTOCOL_VERSION, profile: this.env.PROFILE },
      paused: this.pauses.reason(WHOLE_STUDY),
      experiments,
      counters: this.store.counts(),
      log: { n, sha256 },
      bytes: this.ctx.storage.sql.databaseSize,
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
  restoreLine(json: string): Outcome<null> {
    const line = StudyLine.parse(JSON.parse(json));
    return this.ctx.storage.transactionSync(() => restoreStudy(this.ctx.storage.sql, line));
  }

  /** All of a bundle is here: says so in the log, and publishes it. */
  async endRestore({ bundle, lines }: RestoreEnd): Promise<LogEntry> {
    for (const id of this.ids()) this.pauses.tell(id);
    const entry = this.log({ kind: "restored", fields: { bundle, lines } });
    this.wakeIn(SETTLE_MS);
    await this.settle();
    return entry;
  }

  /** Every experiment, rerun and experiment of replicas. */
  private ids(): string[] {
    const { own, reruns, replicas = [] } = this.currentIndex();
    return [...own, ...reruns, ...replicas];
  }

  /** Makes experiments for replicas; they are in the index once they are there. */
  private async openReplicas(ids: readonly string[]): Promise<void> {
    const known = this.store.replicas();
    const fresh = ids.filter((id) => !known.includes(id));
    if (fresh.length === 0) return;
    for (const id of fresh) {
      this.store.addReplica(id);
      if (this.pauses.holds(id) !== null) this.pauses.tell(id);
    }
    await this.settle();
  }

  override async alarm(): Promise<void> {
    this.alarmAt = Infinity;
    try {
      await this.settle();
      await this.settleVoided();
      await this.publishVolunteers();
    } catch (error) {
      console.error("the study's index or volunteers were not published, will try again", error);
      this.wakeIn(SETTLE_MS);
    }
    await this.verdicts.wake(ownHeaders(this.env.PROFILE));
  }

  private noteVolunteers(): void {
    this.volunteers.noteChange(Date.now());
    this.wakeIn(VOLUNTEERS_SLOWER * Number(this.env.PUBLISH_SECONDS) * 1000);
  }

  private async publishVolunteers(): Promise<void> {
    const { calibrations, volunteers } = this;
    const writes = Number(calibrations.hasChanged()) + Number(volunteers.hasChanged());
    if (writes === 0) return;
    const now = Date.now();
    const at = this.turns.turn("volunteers", writes, now);
    if (at > now) return this.wakeAt(at);
    if (calibrations.hasChanged()) {
      await writeCalibrations(this.env.METRICS, calibrations.published());
      calibrations.notePublished(now);
    }
    if (!volunteers.hasChanged()) return;
    await writeVolunteers(this.env.METRICS, volunteers.published());
    volunteers.notePublished(now);
  }

  private wakeIn(ms: number): void {
    this.wakeAt(Date.now() + ms);
  }

  /** Sets the alarm, unless it is set for earlier. */
  private wakeAt(at: number): void {
    if (this.alarmAt <= at) return;
    this.alarmAt = at;
    void this.ctx.storage.setAlarm(at);
  }

  /** Opens what is not open yet and publishes the index if it changed; one at a time, so that the newest index is written last. */
  private settle(): Promise<void> {
    this.settling = this.settling.catch(() => undefined).then(() => this.settleNow());
    return this.settling;
  }

  private async settleNow(): Promise<void> {
    const own = ownHeaders(this.env.PROFILE);
    if (this.store.published()?.studySha256 !== studySha256(own)) {
      for (const header of own) {
        if (await this.open(header)) this.log({ kind: "opened", fields: { experiment: header.id } });
        if (this.pauses.holds(header.id) !== null) this.pauses.tell(header.id);
      }
      this.store.setUnopened();
    }
    for (const header of this.replicaHeaders()) {
      if (!this.store.isUnopened(header.id)) continue;
      if (await this.open(header)) this.log({ kind: "opened", fields: { experiment: header.id } });
      this.store.setReplicaOpened(header.id);
    }
    for (const header of this.store.unopened()) {
      await this.open(header);
      this.store.setOpened(header.id);
    }
    for (const id of this.pauses.untold()) {
      const reason = this.pauses.holds(id);
      await coordinator(this.env, id).setPaused(reason);
      // Meanwhile the operator may have changed it; then it is told again.
      if (this.pauses.holds(id) === reason) this.pauses.setTold(id);
    }
    const index = this.currentIndex();
    const published = this.store.published();
    const others = index.reruns.length + (index.replicas?.length ?? 0);
    if (published?.studySha256 === index.studySha256 && published.reruns === others) return;
    this.turns.take(1, this.clock());
    await writeIndex(this.env.METRICS, index);
    this.store.setPublished(index.studySha256, others);
  }

  /**
   * Opens an experiment, or takes over its words; whoever was voided before gets no leases there either.
   * @returns whether it was made now
   */
  private async open(header: ExperimentHeader): Promise<boolean> {
    const isNew = await coordinator(this.env, header.id).open(header);
    for (const { volunteer, reason } of this.store.voided("all")) await coordinator(this.env, header.id).void(volunteer, reason);
    return isNew;
  }

  private currentIndex(): StudyIndex {
    const own = ownHeaders(this.env.PROFILE);
    const reruns = this.store.reruns().map(({ id }) => id);
    const replicas = this.replicaHeaders().map(({ id }) => id);
    return {
      ...{ studySha256: studySha256(own), own: own.map(({ id }) => id), reruns },
      ...(replicas.length > 0 && { replicas }),
    };
  }

  /** Of the replicas that there are: those of another deployment's plans wait until it comes back. */
  private replicaHeaders(): ExperimentHeader[] {
    const known = this.store.replicas();
    const headers = ownHeaders(this.env.PROFILE).flatMap((header) => replicaHeader(header) ?? []);
    return headers.filter(({ id }) => known.includes(id));
  }

  private repeat(
    earlier: { bodySha256: string; rerun: string },
    bodySha256: string,
  ): Outcome<{ rerun: Rerun; repeated: boolean }> {
    const rerun = this.store.rerun(earlier.rerun);
    if (rerun && earlier.bodySha256 === bodySha256) return done({ rerun, repeated: true });
    return refuse(422, {
      title: "Idempotency-Key used before",
      detail: `This key belongs to the request that made ${earlier.rerun}, and this request differs from it.`,
      remedy: "Send the same body to get that answer again, or take a fresh key.",
    });
  }
}
