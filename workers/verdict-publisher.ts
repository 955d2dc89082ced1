import { claims } from "../shared/claims/index.ts";
import { type Readings, unread } from "../shared/claims/judging/readings.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import type { ExperimentHeader } from "../shared/protocol/experiment.ts";
import type { Verdicts } from "../shared/protocol/verdicts.ts";
import { judgeStudy, rerunVerdicts } from "./coordinator/judge-study.ts";
import { writeHint, writeVerdicts } from "./metrics-kv.ts";
import { claimsSha256, studySha256 } from "./study.ts";
import type { Heard, VerdictStore } from "./verdict-sqlite.ts";

/**
 * Judges the claims by what the experiments say of their runs, and publishes verdicts and the next runs: on the study's alarm, at most once per
 * interval, never when a lease is asked for.
 */
export class VerdictPublisher {
  private readonly store: VerdictStore;
  private readonly wakeAt: (ms: number) => void;
  private readonly env: Env;
  private readonly clock: () => number;

  /** @param wakeAt sets the study's alarm, unless it is set for earlier  @param clock milliseconds since 1970 */
  constructor(store: VerdictStore, wakeAt: (ms: number) => void, env: Env, clock: () => number) {
    this.store = store;
    this.wakeAt = wakeAt;
    this.env = env;
    this.clock = clock;
  }

  hear(readings: Readings, leased: Heard["leased"]): void {
    this.store.hear(claimsSha256(), readings, leased);
    this.arm();
  }

  /** The alarm went off. @param own the study's experiments as deployed */
  async wake(own: readonly ExperimentHeader[]): Promise<void> {
    if (!this.store.hasChanges()) return;
    const { begunAt, hints } = this.store.judging();
    if (this.clock() < begunAt + this.intervalMs()) return this.arm();
    const heard = this.store.heard(claimsSha256());
    this.store.setUnchanged();
    this.store.setJudging(this.clock(), hints + 1);
    try {
      await this.publish(own, heard, hints);
    } catch (error) {
      console.error("verdicts were not published, will try again", error);
      this.store.setChanged(heard.filter(({ changed }) => changed).map(({ readings }) => readings.header.id));
      this.arm();
    }
  }

  private async publish(own: readonly ExperimentHeader[], heard: readonly Heard[], hints: number): Promise<void> {
    const said = new Map(heard.map((one) => [one.readings.header.id, one]));
    // Words of a plan may have been mended since it was heard.
    const readings = own.map((header): Readings => ({ ...(said.get(header.id)?.readings ?? unread(header)), header }));
    const leased = own.flatMap(({ id }) => (said.get(id)?.leased ?? []).map((run) => ({ experiment: id, ...run })));
    const judgedAt = new Date(this.clock()).toISOString();
    const { verdicts, hint } = judgeStudy(claims, readings, leased, hints, judgedAt, studySha256(own));
    await this.write("next", hint, () => writeHint(this.env.METRICS, hint));
    await this.writeVerdicts(null, verdicts);
    for (const { readings: one, changed } of heard) {
      if (changed && one.header.parent !== null) await this.writeVerdicts(one.header.id, rerunVerdicts(claims, one, judgedAt));
    }
  }

  private writeVerdicts(rerun: string | null, verdicts: Verdicts): Promise<void> {
    const { judgedAt: _, ...content } = verdicts;
    return this.write(`verdicts/${rerun ?? ""}`, content, () => writeVerdicts(this.env.METRICS, rerun, verdicts));
  }

  /** KV's writes are few a day: what it holds already is not written again. */
  private async write(key: string, content: unknown, put: () => Promise<void>): Promise<void> {
    const sha256 = sha256Hex(canonicalJson(content));
    if (this.store.written(key) === sha256) return;
    await put();
    this.store.setWritten(key, sha256);
  }

  /** Judging is due an interval after the last one began. */
  private arm(): void {
    this.wakeAt(Math.max(this.clock(), this.store.judging().begunAt + this.intervalMs()));
  }

  private intervalMs(): number {
    return Number(this.env.PUBLISH_SECONDS) * 1000;
  }
}
