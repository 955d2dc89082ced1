import type { Lease, LeaseReply } from "../protocol/lease.ts";
import type { Coordinator } from "./ports.ts";

/** The lease that this volunteer holds, and the one that was offered with the answer to the last hand-in. */
export class LeaseInHand {
  readonly #coordinator: Coordinator;
  #lease: Lease | null = null;
  #offered: Lease | null = null;
  #coming: Promise<LeaseReply | undefined> | null = null;

  constructor(coordinator: Coordinator) {
    this.#coordinator = coordinator;
  }

  /** Its id, for giving it back when the page goes away. */
  get id(): string | null {
    return this.#lease?.id ?? null;
  }

  /** A lease may come with this answer: who stops before it has come gives that one back too, as soon as it does. */
  expect<Answer>(answer: Promise<Answer>, replyOf: (answer: Answer) => LeaseReply | undefined): Promise<Answer> {
    this.#coming = answer.then(replyOf, () => undefined);
    return answer;
  }

  take(lease: Lease): void {
    this.#lease = lease;
    this.#coming = null;
  }

  /** The shard was handed in. @param next what came with the answer: held from now on, for the next turn of the loop */
  handedIn(next: Lease | null): void {
    this.#lease = this.#offered = next;
    this.#coming = null;
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
    const [lease, coming] = [this.#lease, this.#coming];
    this.#lease = this.#offered = this.#coming = null;
    const late = coming?.then((reply) => (reply?.kind === "lease" ? this.#return(reply.lease) : undefined));
    await Promise.all([lease && this.#return(lease), late]);
  }

  async #return({ id }: Lease): Promise<void> {
    await this.#coordinator.giveBack(id).catch(() => undefined); // It expires by itself otherwise.
  }
}
