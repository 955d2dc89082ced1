import type { Heartbeat, Lease } from "../protocol/lease.ts";
import { LeaseLost, Refused, Unreachable } from "./outcomes.ts";
import type { Clock, Coordinator } from "./ports.ts";

/** A step waits this long for a heartbeat at most: native ONNX Runtime leaves the network no time while it computes. */
const PATIENCE_MS = 1_000;

/** Sends the heartbeats of one lease. */
export class KeepAlive {
  readonly #lease: Lease;
  readonly #coordinator: Coordinator;
  readonly #clock: Clock;
  readonly #note: (text: string) => void;
  #lastMs: number;
  #beating: Promise<void> | null = null;
  #lost: string | null = null;
  #silent = false;

  constructor(lease: Lease, coordinator: Coordinator, clock: Clock, note: (text: string) => void) {
    this.#lease = lease;
    this.#coordinator = coordinator;
    this.#clock = clock;
    this.#note = note;
    this.#lastMs = clock.now();
  }

  get intervalMs(): number {
    return this.#lease.heartbeatSeconds * 1000;
  }

  /** The coordinator heard of this volunteer in another way, which kept the lease as well. */
  heard(): void {
    this.#lastMs = this.#clock.now();
  }

  /**
   * Sends a heartbeat when one is due.
   * @throws LeaseLost when the coordinator answered that the lease is gone
   */
  async tick(report: () => Heartbeat): Promise<void> {
    if (!this.#beating && this.#clock.now() - this.#lastMs >= this.intervalMs) {
      this.#lastMs = this.#clock.now();
      this.#beating = this.#beat(report()).finally(() => (this.#beating = null));
      await Promise.race([this.#beating, this.#clock.sleep(PATIENCE_MS)]);
    }
    if (this.#lost !== null) throw new LeaseLost(this.#lost);
  }

  /** Waits for `work` and keeps the lease meanwhile. */
  async during<T>(work: Promise<T>, report: () => Heartbeat): Promise<T> {
    const ended = work.then(
      () => true,
      () => true,
    );
    while (!(await Promise.race([ended, this.#clock.sleep(this.intervalMs).then(() => false)]))) await this.tick(report);
    return work;
  }

  /** The same for the hand-in, which ends the lease: a heartbeat that comes after it finds none, and what became of it the hand-in's own answer says. */
  async untilHandedIn<T>(handIn: Promise<T>, report: () => Heartbeat): Promise<T> {
    try {
      return await this.during(handIn, report);
    } catch (error) {
      if (error instanceof LeaseLost) return handIn;
      throw error;
    }
  }

  async #beat(report: Heartbeat): Promise<void> {
    try {
      await this.#coordinator.heartbeat(this.#lease.id, report);
      if (this.#silent) this.#note("The coordinator answers again.");
      this.#silent = false;
    } catch (error) {
      if (error instanceof Refused && (error.status === 404 || error.status === 410)) this.#lost = error.message;
      else if (error instanceof Unreachable || error instanceof Refused) this.#sayOnce(error.message);
      else throw error;
    }
  }

  #sayOnce(reason: string): void {
    if (!this.#silent) this.#note(`${reason} Training goes on; the shard is handed in later.`);
    this.#silent = true;
  }
}
