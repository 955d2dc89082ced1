import type { Commit } from "../protocol/audit.ts";
import type { Lease } from "../protocol/lease.ts";
import type { LocalCheckpoint } from "./local-checkpoint.ts";
import type { Memory } from "./memory.ts";
import { LeaseLost, Refused, Unreachable } from "./outcomes.ts";
import type { Ports } from "./ports.ts";
import type { ShardRun } from "./shard-run.ts";

/** A boundary waits so long for the coordinator's answer; then training goes on, and it comes when it comes. */
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
  #sending: Promise<void> | null = null;
  #lost: Error | null = null;

  /** @param before commits of this shard that a local checkpoint brought along: they are sent again, which changes nothing */
  constructor(lease: Lease, ports: Ports, memory: Memory, before: readonly Commit[]) {
    this.#lease = lease;
    this.#ports = ports;
    this.#memory = memory;
    this.#unsent = [...before];
  }

  /** After a reload: the last boundary's state, if it is still there. */
  async restore(): Promise<void> {
    const bytes = this.#unsent.length > 0 ? await this.#memory.boundary() : null;
    const sha256 = bytes && (await this.#ports.sha256(bytes));
    if (bytes && sha256 === this.#unsent.at(-1)?.checkpoint) this.#kept = [{ sha256, bytes }];
  }

  /** Binds the interval that ends here. @throws LeaseLost when the coordinator said that the lease is over */
  async bind(run: ShardRun, { checkpoint }: LocalCheckpoint): Promise<void> {
    const sha256 = await this.#ports.sha256(checkpoint);
    this.#kept.push({ sha256, bytes: checkpoint });
    this.#unsent.push(run.bind(sha256));
    await this.#memory.setBoundary(checkpoint);
    this.#sending ??= this.#send()
      .catch((error: unknown) => {
        if (!(error instanceof Unreachable)) this.#lost = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => (this.#sending = null));
    await Promise.race([this.#sending, this.#ports.clock.sleep(PATIENCE_MS)]);
    if (this.#lost) throw this.#lost;
  }

  /** Sends what is not sent yet. @param withLast stores the last boundary's state in any case: a divergence is checked from there */
  async flush(withLast: boolean): Promise<void> {
    await this.#sending;
    await this.#send();
    const last = this.#kept.at(-1);
    if (withLast && last) await this.#ports.coordinator.putCheckpoint(last.sha256, this.#lease.id, last.bytes);
  }

  async #send(): Promise<void> {
    for (let commit = this.#unsent[0]; commit; commit = this.#unsent[0]) {
      const { wanted } = await this.#ports.coordinator.commit(this.#lease.id, commit).catch(lostIfGone);
      for (const sha256 of wanted) await this.#store(sha256);
      const { checkpoint } = commit;
      this.#unsent.shift();
      this.#kept = this.#kept.slice(
        Math.max(
          0,
          this.#kept.findIndex((kept) => kept.sha256 === checkpoint),
        ),
      );
    }
  }

  async #store(sha256: string): Promise<void> {
    const kept = this.#kept.find((one) => one.sha256 === sha256);
    if (!kept) {
      await this.#memory.clearCheckpoint();
      throw new LeaseLost("This interval is to be checked, and its state is no longer kept here: the shard begins anew.");
    }
    await this.#ports.coordinator.putCheckpoint(sha256, this.#lease.id, kept.bytes);
  }
}

function lostIfGone(error: unknown): never {
  const isGone = error instanceof Refused && [403, 404, 409, 410].includes(error.status);
  throw isGone ? new LeaseLost(error.message, { cause: error }) : error;
}
