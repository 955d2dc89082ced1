import type { Lease } from "../protocol/lease.ts";
import type { Coordinator } from "./ports.ts";

/** The lease that this volunteer holds, and the one that was offered with the answer to the last hand-in. */
export class LeaseInHand {
  readonly #coordinator: Coordinator;
  #lease: Lease | null = null;
  #offered: Lease | null = null;

  constructor(coordinator: Coordinator) {
    this.#coordinator = coordinator;
  }

  /** Its id, for giving it back when the page goes away. */
  get id(): string | null {
    return this.#lease?.id ?? null;
  }

  take(lease: Lease): void {
    this.#lease = lease;
  }

  /** The shard was handed in. @param next what came with the answer: held from now on, for the next turn of the loop */
  handedIn(next: Lease | null): void {
    this.#lease = this.#offered = next;
  }

  /** What was offered, once. */
  takeOffered(): Lease | null {
    const offered = this.#offered;
    this.#offered = null;
    return offered;
  }

  /** It belongs to nobody here any more, as the coordinator said. */
  forget(): void {
    this.#lease = null;
  }

  async giveBack(): Promise<void> {
    const lease = this.#lease;
    this.#lease = this.#offered = null;
    if (lease) await this.#coordinator.giveBack(lease.id).catch(() => undefined); // It expires by itself otherwise.
  }
}
