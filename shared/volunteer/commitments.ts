import type { Commit } from "../protocol/audit.ts";
import type { Lease } from "../protocol/lease.ts";
import type { LocalCheckpoint } from "./local-checkpoint.ts";
import type { Memory } from "./memory.ts";
import { LeaseLost, Refused, Unreachable } from "./outcomes.ts";
import type { Ports } from "./ports.ts";
import type { ShardRun } from "./shard-run.ts";

/** Commits are sent together, so many at most in one call: with each local checkpoint, because each call is a row that the coordinator writes. */
const BATCH = 32;
/** States that wait for an answer may take so much memory; then they are sent at once, and training waits so long. */
const KEPT_BYTES = 64 * 2 ** 20;
const FULL_PATIENCE_MS = 4_000;
/** Otherwise training waits so long for the coordinator; then it goes on, and the answer comes when it comes. */
const PATIENCE_MS = 1_000;

/** A state at the end of an interval, as it may be asked for. */
interface Kept {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** What the volunteer binds itself to, interval by interval, and the states that it keeps until it knows whether they are wanted. */
export class Commitments {
  readonly #lease: Lease;
  readonly #ports: Ports;
  readonly #memory: Memory;
  /** Ends of intervals, oldest first: those not answered yet, and the one before them. */
  #kept: Kept[] = [];
  #unsent: Commit[];
  /** Commits that a local checkpoint brought along: their states went to the coordinator before the reload, if they were wanted. */
  readonly #before: ReadonlySet<Commit>;
  #sending: Promise<void> | null = null;
  readonly #answered: () => void;
  #lost: Error | null = null;

  /**
   * @param before commits of this shard from before a reload: they are sent again, which changes nothing
   * @param answered called when the coordinator took some: it keeps the lease then, as after a heartbeat
   */
  constructor(lease: Lease, ports: Ports, memory: Memory, before: readonly Commit[], answered: () => void) {
    this.#lease = lease;
    this.#ports = ports;
    this.#memory = memory;
    this.#unsent = [...before];
    this.#before = new Set(before);
    this.#answered = answered;
  }

  /** After a reload: the last boundary's state, if it is still there. */
  async restore(): Promise<void> {
    const bytes = this.#unsent.length > 0 ? await this.#memory.boundary() : null;
    const sha256 = bytes && (await this.#ports.sha256(bytes));
    if (bytes && sha256 === this.#unsent.at(-1)?.checkpoint) this.#kept = [{ sha256, bytes }];
  }

  /** Keeps the last boundary's state for after a reload; it goes with the local checkpoint. */
  async save(): Promise<void> {
    const last = this.#kept.at(-1);
    if (last) await this.#memory.setBoundary(last.bytes);
  }

  /** Binds the interval that ends here. @throws LeaseLost when the coordinator said that the lease is over */
  async bind(run: ShardRun, { checkpoint }: LocalCheckpoint): Promise<void> {
    const sha256 = await this.#ports.sha256(checkpoint);
    this.#kept.push({ sha256, bytes: checkpoint });
    this.#unsent.push(run.bind(sha256));
    if (this.#kept.reduce((sum, { bytes }) => sum + bytes.length, 0) > KEPT_BYTES) await this.send(FULL_PATIENCE_MS);
    else if (this.#lost) throw this.#lost;
  }

  /**
   * Sends what is not sent yet, waiting a while for the answer. To be done before a local checkpoint is saved: after a reload the states are gone that
   * an answer may ask for.
   * @throws LeaseLost when the coordinator said that the lease is over
   */
  async send(patienceMs = PATIENCE_MS): Promise<void> {
    if (this.#unsent.length > 0) {
      const sent = this.#sendAll().catch((error: unknown) => {
        if (!(error instanceof Unreachable)) this.#lost = error instanceof Error ? error : new Error(String(error));
      });
      await Promise.race([sent, this.#ports.clock.sleep(patienceMs)]);
    }
    if (this.#lost) throw this.#lost;
  }

  /** Sends what is not sent yet. @param withLast stores the last boundary's state in any case: a divergence is checked from there */
  async flush(withLast: boolean): Promise<void> {
    await this.#sending?.catch(() => undefined);
    while (this.#unsent.length > 0) await this.#sendAll();
    const last = this.#kept.at(-1);
    if (withLast && last) await this.#ports.coordinator.putCheckpoint(last.sha256, this.#lease.id, last.bytes);
  }

  /** One at a time: whoever wants it while it goes on waits for the same. */
  #sendAll(): Promise<void> {
    return (this.#sending ??= this.#send().finally(() => (this.#sending = null)));
  }

  async #send(): Promise<void> {
    while (this.#unsent.length > 0) {
      const commits = this.#unsent.slice(0, BATCH);
      const last = commits.at(-1)!;
      const { wanted } = await this.#ports.coordinator.commit(this.#lease.id, commits).catch(lostIfGone);
      this.#answered();
      for (const sha256 of wanted) await this.#store(sha256);
      this.#unsent = this.#unsent.slice(commits.length);
      this.#kept = this.#kept.slice(
        Math.max(
          0,
          this.#kept.findIndex(({ sha256 }) => sha256 === last.checkpoint),
        ),
      );
    }
  }

  async #store(sha256: string): Promise<void> {
    const kept = this.#kept.find((one) => one.sha256 === sha256);
    if (kept) await this.#ports.coordinator.putCheckpoint(sha256, this.#lease.id, kept.bytes);
    else if (![...this.#before].some(({ checkpoint }) => checkpoint === sha256)) {
      throw new Error(`checkpoint ${sha256}: got a wish for it, want one for a state of this shard`);
    }
  }
}

function lostIfGone(error: unknown): never {
  const isGone = error instanceof Refused && [403, 404, 409, 410].includes(error.status);
  throw isGone ? new LeaseLost(error.message, { cause: error }) : error;
}
