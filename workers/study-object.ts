import { DurableObject } from "cloudflare:workers";
import type { Readings } from "../shared/claims/judging/readings.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import type { Rerun, RerunRequest } from "../shared/protocol/rerun.ts";
import type { StudyIndex } from "../shared/protocol/study-index.ts";
import { noSuchExperiment } from "./coordinator/refusals.ts";
import { rerunHeader } from "./coordinator/rerun.ts";
import { writeIndex } from "./metrics-kv.ts";
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
  private readonly verdicts: VerdictPublisher;
  private settling: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new StudyStore(ctx.storage.sql);
    this.verdicts = new VerdictPublisher(new VerdictStore(ctx.storage.sql), ctx.storage, env, () => this.clock());
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
