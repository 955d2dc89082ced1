import { claims } from "../shared/claims/index.ts";
import { isRerun } from "../shared/experiments/replica.ts";
import { readExperiment } from "../shared/claims/judging/readings.ts";
import { StoredResult } from "../shared/protocol/result.ts";
import type { ExperimentHeader } from "../shared/protocol/experiment.ts";
import type { ExperimentSnapshot } from "../shared/protocol/snapshot.ts";
import { armAlarm, countChange } from "./arm-alarm.ts";
import { type AuditsSoFar, experimentSnapshot } from "./coordinator/snapshot.ts";
import { writesPerDay } from "./coordinator/kv-turn.ts";
import { noteGifts } from "./identity/homes.ts";
import { writeSnapshot } from "./metrics-kv.ts";
import { RerunVerdicts } from "./rerun-verdicts.ts";
import { announce } from "./socket/announce.ts";
import type { CoordinatorStore } from "./store-sqlite.ts";
import { study } from "./study.ts";

/** Values in KV that a publication writes: the snapshot, and a rerun's verdicts. */
const writesOf = (header: ExperimentHeader): number => (isRerun(header) ? 2 : 1);

/** What an experiment's object does with its changes, on an alarm: it publishes them, or hands them on. */
export interface Published {
  /** Something has changed; to be called in the turn of the write, with which the alarm is then kept. */
  noteChange(): void;
  /** The alarm went off. */
  wake(): Promise<void>;
  /** Does now what the alarm would do. @param why when it is opened, more may have to be said than what changed */
  publish(why?: "change" | "opening"): Promise<void>;
}

/**
 * Publishes an experiment's snapshot, at most once per interval, and sets the alarm for the next time. It is the only writer of its keys.
 * What is published is counted in changes: one that was cut off or failed is not counted as published, and so comes again.
 */
export class Publisher implements Published {
  private readonly store: CoordinatorStore;
  private readonly storage: DurableObjectStorage;
  private readonly env: Env;
  private readonly clock: () => number;
  private readonly audits: () => Promise<AuditsSoFar>;
  private readonly verdicts: RerunVerdicts;
  private last: Promise<void> = Promise.resolve();
  /** Whether what was read of the runs has gone to be judged, since this object woke. */
  private isRead = false;
  /** What the study was told last of who gave what, as JSON; null: nothing since this object woke. */
  private toldGifts: string | null = null;
  /** Not before this may be published, in ms since 1970, as far as it is known since this object woke. */
  private turnAt = 0;

  /** @param clock milliseconds since 1970  @param audits what auditors found so far */
  constructor(
    store: CoordinatorStore,
    storage: DurableObjectStorage,
    env: Env,
    { clock, audits }: { readonly clock: () => number; readonly audits: () => Promise<AuditsSoFar> },
  ) {
    this.store = store;
    this.storage = storage;
    this.env = env;
    this.clock = clock;
    this.audits = audits;
    this.verdicts = new RerunVerdicts(env);
  }

  /** Something that is published has changed; to be called in the turn of the write, with which the alarm is then kept. */
  noteChange(): void {
    countChange(this.store);
    this.arm();
  }

  /** The alarm went off. */
  async wake(): Promise<void> {
    this.store.setPublication({ alarmAt: null });
    await this.publish();
  }

  /**
   * Writes what changed, if anything did; one at a time, so that the newest version is written last.
   * @param why when it is opened, the study is told what its runs say even if nothing changed: a deployment may ask other things of them
   */
  publish(why: "change" | "opening" = "change"): Promise<void> {
    this.last = this.last.catch(() => undefined).then(() => this.publishNow(why));
    return this.last;
  }

  private async publishNow(why: "change" | "opening"): Promise<void> {
    const now = this.clock();
    const { version, changes, publishedChanges, trainingNow } = this.store.publication();
    const live = this.store.training(now).length;
    const isNews = changes > publishedChanges || live !== trainingNow;
    if (isNews && (await this.hasTurn(why, now))) {
      this.store.setPublication({ version: version + 1, begunAt: now });
      try {
        const snapshot = await this.snapshot(version + 1, now);
        await writeSnapshot(this.env.METRICS, snapshot);
        await this.judge(snapshot);
        this.store.setPublication({ publishedChanges: changes, trainingNow: live });
        await this.tellGifts(snapshot.experiment.id, snapshot.version);
        await announce(this.env, { event: "published", experiment: snapshot.experiment.id, version: snapshot.version });
      } catch (error) {
        console.error(`${this.store.header().id}: version ${version + 1} was not published, will try again`, error);
        countChange(this.store);
      }
    } else if (isNews) countChange(this.store);
    else if (why === "opening" && !this.isRead) await this.judge(await this.snapshot(version, now));
    this.arm();
  }

  /** Whether it may be written now: a day's writes to KV are few, and all experiments share them. What is opened does not wait, or it would be looked up in vain. */
  private async hasTurn(why: "change" | "opening", now: number): Promise<boolean> {
    if (writesPerDay(this.env.KV_WRITES_PER_DAY) === 0) return true;
    const header = this.store.header();
    const at = await study(this.env).kvTurn(header.id, writesOf(header), why === "opening");
    this.turnAt = at > now ? at : 0;
    return at <= now;
  }

  private async snapshot(version: number, now: number): Promise<ExperimentSnapshot> {
    const audits = await this.audits();
    const results = this.store.results.texts().map((json) => StoredResult.parse(JSON.parse(json)));
    const at = { version, now, trainingNow: this.store.training(now).length };
    return experimentSnapshot(this.store.header(), results, at, audits);
  }

  /**
   * What claims ask of the runs is read here where the curves are: the study needs no more to judge them together with its other experiments', and a rerun is judged
   * here. A plan in which nothing has happened says nothing.
   */
  private async judge(snapshot: ExperimentSnapshot): Promise<void> {
    const leased = this.store.training(this.clock());
    if (snapshot.version === 1 && snapshot.metrics.progress.shards === 0 && leased.length === 0) return;
    const readings = readExperiment(claims, snapshot);
    await (isRerun(readings.header) ? this.verdicts.publish(readings, this.clock()) : study(this.env).hear(readings, leased));
    this.isRead = true;
  }

  private async tellGifts(experiment: string, version: number): Promise<void> {
    const gifts = this.store.gifts();
    const text = JSON.stringify(gifts);
    if (text === this.toldGifts || (version === 1 && gifts.length === 0)) return;
    await noteGifts(this.env, experiment, gifts);
    this.toldGifts = text;
  }

  private arm(): void {
    armAlarm(this.store, this.storage, { everyMs: Number(this.env.PUBLISH_SECONDS) * 1000, turnAt: this.turnAt }, this.clock());
  }
}
