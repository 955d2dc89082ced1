import { claims } from "../shared/claims/index.ts";
import { isReplica, isRerun } from "../shared/experiments/replica.ts";
import type { Readings } from "../shared/claims/judging/readings.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import type { ExperimentHeader } from "../shared/protocol/experiment.ts";
import type { Action } from "../shared/protocol/action-log.ts";
import type { Judgement } from "../shared/protocol/verdicts.ts";
import { judgeStudy, unread, verdictsSha256 } from "./coordinator/judge-study.ts";
import { writeHint, writeVerdicts } from "./metrics-kv.ts";
import { claimsSha256, studySha256 } from "./study.ts";
import type { Heard, VerdictStore } from "./verdict-sqlite.ts";

/** Judged once in so many intervals of publication: all experiments' results go into it, and KV's writes are few a day. */
const PUBLICATIONS = 3;
/** The verdicts and the next runs. */
const WRITES = 2;

/** How a claim stands. */
export type Standing = Pick<Judgement, "claim" | "claimSha256" | "family" | "verdict" | "decidedAt">;

/** What judging needs of the study's object. */
export interface OfStudy {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Sets the alarm, unless it is set for earlier. @param ms since 1970 */
  readonly wakeAt: (ms: number) => void;
  /** Makes these replicas' experiments, as far as they are not there yet. */
  readonly openReplicas: (ids: readonly string[]) => Promise<void>;
  /** When so many values may be written to KV, in ms since 1970. */
  readonly turn: (writes: number) => number;
  /** Tells everybody that a verdict came to stand, or fell. */
  readonly log: (action: Action) => void;
}

/**
 * Judges the claims by what the study's experiments say of their runs, and publishes verdicts and the next runs: on the study's alarm, at most once in three
 * intervals, never when a lease is asked for.
 */
export class VerdictPublisher {
  private readonly store: VerdictStore;
  private readonly storage: DurableObjectStorage;
  private readonly env: Env;
  private readonly study: OfStudy;

  constructor(store: VerdictStore, storage: DurableObjectStorage, env: Env, study: OfStudy) {
    this.store = store;
    this.storage = storage;
    this.env = env;
    this.study = study;
  }

  hear(readings: Readings, leased: Heard["leased"]): void {
    this.store.hear(claimsSha256(), readings, leased);
    this.arm();
  }

  /** What verdicts stand now: whichever came to stand, or fell, is told. */
  note(standings: readonly Standing[]): void {
    this.storage.transactionSync(() => {
      for (const standing of standings) this.noteVerdict(standing);
    });
  }

  /** The alarm went off. @param own the study's experiments as deployed */
  async wake(own: readonly ExperimentHeader[]): Promise<void> {
    if (!this.store.hasChanges()) return;
    const { begunAt, hints } = this.store.judging();
    if (this.study.clock() < begunAt + this.intervalMs()) return this.arm();
    const turnAt = this.study.turn(WRITES);
    if (turnAt > this.study.clock()) return this.study.wakeAt(turnAt);
    const heard = this.heard();
    this.store.setUnchanged();
    this.store.setJudging(this.study.clock(), hints + 1);
    try {
      await this.publish(own, heard, hints);
    } catch (error) {
      console.error("verdicts were not published, will try again", error);
      this.store.setChanged(heard.filter(({ changed }) => changed).map(({ readings }) => readings.header.id));
      this.arm();
    }
  }

  /** Reruns spoke here before they judged themselves: what they said is forgotten. */
  private heard(): Heard[] {
    const all = this.store.heard(claimsSha256());
    for (const { readings } of all) if (isRerun(readings.header)) this.store.forget(readings.header.id);
    return all.filter(({ readings }) => !isRerun(readings.header));
  }

  private async publish(own: readonly ExperimentHeader[], heard: readonly Heard[], hints: number): Promise<void> {
    const said = new Map(heard.map((one) => [one.readings.header.id, one]));
    // Words of a plan may have been mended since it was heard.
    const readings = own.map((header): Readings => ({ ...(said.get(header.id)?.readings ?? unread(claims, header)), header }));
    const leased = own.flatMap(({ id }) => (said.get(id)?.leased ?? []).map((run) => ({ experiment: id, ...run })));
    const judgedAt = new Date(this.study.clock()).toISOString();
    const replicas = heard.flatMap(({ readings: one }) => (isReplica(one.header.id) ? [one] : []));
    const { verdicts, hint } = judgeStudy(claims, { own: readings, replicas }, leased, hints, judgedAt, studySha256(own));
    await this.study.openReplicas([...new Set(hint.replicas?.map(({ experiment }) => experiment))]);
    this.note(verdicts.families.flatMap(({ judgements }) => judgements));
    await this.write("next", sha256Hex(canonicalJson(hint)), () => writeHint(this.env.METRICS, hint));
    await this.write("verdicts", verdictsSha256(verdicts), () => writeVerdicts(this.env.METRICS, null, verdicts));
  }

  /** A verdict stands whatever pairs come; it changes only when results that it rested on are voided, and then everybody is told as well. */
  private noteVerdict({ claim, claimSha256, family, verdict, decidedAt }: Standing): void {
    const of = family.rerun?.id ?? family.profile;
    if (this.store.noteVerdict(`${of}/${claimSha256}`, verdict))
      this.study.log({ kind: "verdict-latched", fields: { claim, claimSha256, family: of, verdict, pairs: decidedAt } });
  }

  /** KV's writes are few a day: what it holds already is not written again. */
  private async write(key: string, sha256: string, put: () => Promise<void>): Promise<void> {
    if (this.store.written(key) === sha256) return;
    await put();
    this.store.setWritten(key, sha256);
  }

  /** Judging is due an interval after the last one began. */
  private arm(): void {
    this.study.wakeAt(Math.max(this.study.clock(), this.store.judging().begunAt + this.intervalMs()));
  }

  private intervalMs(): number {
    return PUBLICATIONS * Number(this.env.PUBLISH_SECONDS) * 1000;
  }
}
