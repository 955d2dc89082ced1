import { DurableObject } from "cloudflare:workers";
import type { Readings } from "../shared/claims/judging/readings.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import type { Action, LogEntry, LogPage } from "../shared/protocol/action-log.ts";
import { type RestoreEnd, StudyLine } from "../shared/protocol/bundle.ts";
import type { OperatorStatus, PauseRequest } from "../shared/protocol/operator.ts";
import type { Rerun, RerunRequest } from "../shared/protocol/rerun.ts";
import type { StudyIndex } from "../shared/protocol/study-index.ts";
import { PROTOCOL_VERSION } from "../shared/protocol/version.ts";
import { ActionLog } from "./action-log/log-sqlite.ts";
import { noSuchExperiment } from "./coordinator/refusals.ts";
import { rerunHeader } from "./coordinator/rerun.ts";
import { writeIndex } from "./metrics-kv.ts";
import { Pauses, WHOLE_STUDY } from "./operator/pauses-sqlite.ts";
import { restoreLog, restoreStudy, studyLine } from "./operator/study-copy.ts";
import { type Outcome, done, refuse } from "./problem.ts";
import { largestCheckpointBytes } from "./programs.ts";
import { coordinator, ownHeaders, studySha256 } from "./study.ts";
import { StudyStore } from "./study-sqlite.ts";
import { VerdictPublisher } from "./verdict-publisher.ts";
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
  private settling: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new StudyStore(ctx.storage.sql);
    this.actionLog = new ActionLog(ctx.storage.sql);
    this.pauses = new Pauses(ctx.storage.sql);
    this.verdicts = new VerdictPublisher(
      new VerdictStore(ctx.storage.sql),
      ctx.storage,
      env,
      () => this.clock(),
      (action) => void this.log(action),
    );
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
    void this.ctx.storage.setAlarm(Date.now() + SETTLE_MS);
    try {
      await this.settle();
    } catch (error) {
      console.error(`${id}: not published yet, will try again`, error);
    }
    return done({ rerun, repeated: false });
  }

  /** An experiment says what was read of its runs, and which of them are leased. */
  async hear(readings: Readings, leased: readonly { variant: string; seed: number }[]): Promise<void> {
    const { id } = readings.header;
    const isKnown = ownHeaders(this.env.PROFILE).some((header) => header.id === id) || this.store.header(id) !== null;
    if (isKnown) await this.verdicts.hear(readings, leased);
  }

  reruns(): Rerun[] {
    return this.store.reruns();
  }

  rerun(id: string): Rerun | null {
    return this.store.rerun(id);
  }

  /** Writes an action into the log that anyone can read; an experiment's object calls it for what it did. */
  log(action: Action): LogEntry {
    return this.actionLog.append(action, Date.now());
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
    void this.ctx.storage.setAlarm(Date.now() + SETTLE_MS);
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
      counters: {},
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
    void this.ctx.storage.setAlarm(Date.now() + SETTLE_MS);
    await this.settle();
    return entry;
  }

  /** Every experiment and rerun. */
  private ids(): string[] {
    const { own, reruns } = this.currentIndex();
    return [...own, ...reruns];
  }

  override async alarm(): Promise<void> {
    try {
      await this.settle();
    } catch (error) {
      console.error("the study's index was not published, will try again", error);
      await this.ctx.storage.setAlarm(Date.now() + SETTLE_MS);
    }
    await this.verdicts.wake(ownHeaders(this.env.PROFILE));
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
        const isNew = await coordinator(this.env, header.id).open(header);
        if (isNew) this.log({ kind: "opened", fields: { experiment: header.id } });
        if (this.pauses.holds(header.id) !== null) this.pauses.tell(header.id);
      }
      this.store.setUnopened();
    }
    for (const header of this.store.unopened()) {
      await coordinator(this.env, header.id).open(header);
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
    if (published?.studySha256 === index.studySha256 && published.reruns === index.reruns.length) return;
    await writeIndex(this.env.METRICS, index);
    this.store.setPublished(index.studySha256, index.reruns.length);
  }

  private currentIndex(): StudyIndex {
    const own = ownHeaders(this.env.PROFILE);
    const reruns = this.store.reruns().map(({ id }) => id);
    return { studySha256: studySha256(own), own: own.map(({ id }) => id), reruns };
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
