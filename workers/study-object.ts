import { DurableObject } from "cloudflare:workers";
import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import type { Rerun, RerunRequest } from "../shared/protocol/rerun.ts";
import type { Me, MeChange } from "../shared/protocol/session.ts";
import type { StudyIndex } from "../shared/protocol/study-index.ts";
import { noSuchExperiment } from "./coordinator/refusals.ts";
import { rerunHeader } from "./coordinator/rerun.ts";
import { type Gift, type Newcomer, VolunteerStore } from "./identity/volunteers.ts";
import { writeIndex, writeVolunteers } from "./metrics-kv.ts";
import { type Outcome, done, refuse } from "./problem.ts";
import { largestCheckpointBytes } from "./programs.ts";
import { coordinator, ownHeaders, studySha256 } from "./study.ts";
import { StudyStore } from "./study-sqlite.ts";

/** How long until what could not be settled is tried again. */
const SETTLE_MS = 5_000;
/** The list of volunteers is published so many times less often than an experiment's metrics. */
const VOLUNTEERS_SLOWER = 6;

/** The study: which experiments and reruns there are, and the only writer of the index in KV. */
export class StudyObject extends DurableObject<Env> {
  private readonly store: StudyStore;
  private readonly volunteers: VolunteerStore;
  private settling: Promise<void> = Promise.resolve();
  /** Milliseconds since 1970, as far as this instance set it. */
  private alarmAt = Infinity;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new StudyStore(ctx.storage.sql);
    this.volunteers = new VolunteerStore(ctx.storage.sql);
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

  reruns(): Rerun[] {
    return this.store.reruns();
  }

  rerun(id: string): Rerun | null {
    return this.store.rerun(id);
  }

  override async alarm(): Promise<void> {
    this.alarmAt = Infinity;
    try {
      await this.settle();
      await this.publishVolunteers();
    } catch (error) {
      console.error("the study's index or volunteers were not published, will try again", error);
      this.wakeIn(SETTLE_MS);
    }
  }

  private noteVolunteers(): void {
    this.volunteers.noteChange(Date.now());
    this.wakeIn(VOLUNTEERS_SLOWER * Number(this.env.PUBLISH_SECONDS) * 1000);
  }

  private async publishVolunteers(): Promise<void> {
    if (!this.volunteers.hasChanged()) return;
    const now = Date.now();
    await writeVolunteers(this.env.METRICS, this.volunteers.published());
    this.volunteers.notePublished(now);
  }

  /** Sets the alarm, unless it is set for earlier. */
  private wakeIn(ms: number): void {
    const at = Date.now() + ms;
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
      for (const header of own) await coordinator(this.env, header.id).open(header);
      this.store.setUnopened();
    }
    for (const header of this.store.unopened()) {
      await coordinator(this.env, header.id).open(header);
      this.store.setOpened(header.id);
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
