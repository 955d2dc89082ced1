import type { Lease } from "../protocol/lease.ts";
import type { Result } from "../protocol/result.ts";
import type { Commitments } from "./commitments.ts";
import type { LocalCheckpoint } from "./local-checkpoint.ts";
import { Unreachable } from "./outcomes.ts";
import type { Ports } from "./ports.ts";

/** So much training is lost at most when a volunteer vanishes, where its state is small. */
const EVERY_MS = 60_000;
/** A larger state is left behind less often: uploads take so many bytes in a millisecond at most (half a megabit in a second). */
const BYTES_PER_MS = 64;
/** Not worth an upload when the shard itself is handed in so soon. */
const NEARLY_DONE_SECONDS = 45;
/** Training waits so long for the upload; then it goes on. */
const PATIENCE_MS = 1_000;

/** Milliseconds between parts of a shard whose state has so many bytes. */
export const partEveryMs = (bytes: number): number => Math.max(EVERY_MS, bytes / BYTES_PER_MS);

/** Leaves behind what was trained so far, at boundaries, for whoever goes on if this volunteer vanishes. */
export class Parts {
  readonly #lease: Lease;
  readonly #ports: Ports;
  readonly #commitments: Commitments;
  #lastMs: number;
  /** Of the state, once it is known. */
  #bytes = 0;
  #sending: Promise<void> | null = null;
  #isRefused = false;

  constructor(lease: Lease, ports: Ports, commitments: Commitments) {
    this.#lease = lease;
    this.#ports = ports;
    this.#commitments = commitments;
    this.#lastMs = ports.clock.now();
  }

  /** Whether it is time for another. @param secondsLeft of the shard; null: not known yet */
  isDue(secondsLeft: number | null): boolean {
    if (this.#isRefused || this.#sending || secondsLeft === null || secondsLeft < NEARLY_DONE_SECONDS) return false;
    return this.#ports.clock.now() - this.#lastMs >= partEveryMs(this.#bytes);
  }

  /**
   * Leaves this behind, and waits a little for it. What cannot be left is no harm: another is tried when it is due.
   * @param resultOf what was measured until there, as it is handed in
   */
  async leave(end: LocalCheckpoint, resultOf: (endCheckpoint: string) => Result): Promise<void> {
    const { clock } = this.#ports;
    this.#bytes = end.checkpoint.length;
    if (clock.now() - this.#lastMs < partEveryMs(this.#bytes)) return;
    this.#lastMs = clock.now();
    this.#sending = this.#send(end, resultOf)
      .catch((error: unknown) => {
        // What the coordinator does not want of this shard it will not want later; a lost lease shows itself elsewhere.
        this.#isRefused = !(error instanceof Unreachable);
      })
      .finally(() => (this.#sending = null));
    await Promise.race([this.#sending, clock.sleep(PATIENCE_MS)]);
  }

  async #send(end: LocalCheckpoint, resultOf: (endCheckpoint: string) => Result): Promise<void> {
    const { coordinator, sha256 } = this.#ports;
    const endCheckpoint = await sha256(end.checkpoint);
    await this.#commitments.flush(false);
    await coordinator.putCheckpoint(endCheckpoint, this.#lease.id, end.checkpoint);
    await coordinator.keepPart(this.#lease.id, { ...resultOf(endCheckpoint), toStep: end.step });
  }
}
