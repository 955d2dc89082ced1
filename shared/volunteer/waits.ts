import { backoffMs } from "./backoff.ts";
import type { Intent } from "./intent.ts";
import type { LeaseInHand } from "./lease-in-hand.ts";
import { LeaseLost, Stopped, Unreachable } from "./outcomes.ts";
import type { Ports, Progress } from "./ports.ts";
import type { Phase } from "./view.ts";
import type { ViewState } from "./view-state.ts";

/** A paused volunteer keeps its lease so long; then the shard goes back and its local checkpoint stays. */
const LONGEST_PAUSE_MS = 10 * 60_000;

type Preparation = Extract<Phase, { kind: "preparing" }>;

/** All waiting of the loop: it shows what for, and the buttons end it. Every wait throws Stopped when the volunteer wants to stop. */
export class Waits {
  readonly #ports: Pick<Ports, "clock" | "random">;
  readonly #state: ViewState;
  readonly #intent: Intent;
  readonly #hand: LeaseInHand;

  constructor(ports: Pick<Ports, "clock" | "random">, state: ViewState, intent: Intent, hand: LeaseInHand) {
    this.#ports = ports;
    this.#state = state;
    this.#intent = intent;
    this.#hand = hand;
  }

  /** Nothing to do or nobody to ask. @param reason in words */
  async until(reason: string, ms: number): Promise<void> {
    this.#state.enter({ kind: "waiting", reason, until: this.#ports.clock.now() + ms });
    await this.#intent.wait(ms);
    this.#intent.check();
  }

  /**
   * Waits while the volunteer is paused, keeping the lease for a while.
   * @param leave hands in what was trained, before the lease is given back, and says whether it was taken
   * @throws LeaseLost when the pause was too long to keep the lease
   */
  async paused(tick?: () => Promise<void>, intervalMs = 60_000, leave?: () => Promise<boolean>): Promise<void> {
    this.#intent.check();
    const since = this.#ports.clock.now();
    while (this.#intent.wish === "pause") {
      this.#state.enter({ kind: "paused", because: this.#intent.because });
      await this.#intent.wait(intervalMs);
      this.#intent.check();
      if (this.#hand.id !== null && this.#ports.clock.now() - since > LONGEST_PAUSE_MS) {
        const handedIn = await leave?.();
        await this.#hand.giveBack();
        throw new LeaseLost(
          handedIn
            ? "The pause was long: what was trained so far was handed in, and others go on from there."
            : "The pause was long: the shard was given back. Its progress is kept here, and goes on if the shard is still free.",
        );
      }
      await tick?.();
    }
  }

  /** Gets ready, trying again while nobody answers. Stop and pause take effect at once; a pause holds a download where it is. */
  async preparing<T>(what: Preparation["what"], call: (progress: Progress) => Promise<T>): Promise<T> {
    const phase: Preparation = { kind: "preparing", what, done: null, total: null };
    let now = phase;
    let isOver = false;
    const progress: Progress = (done, total) => {
      if (isOver) throw new Stopped(`${what}: nobody waits for it any more`);
      this.#intent.check();
      now = { ...phase, done, total };
      if (this.#intent.wish === "pause") return this.#intent.resumed();
      this.#state.enter(now);
    };
    const pause = async () => {
      await this.paused();
      this.#state.enter(now);
    };
    return this.retrying(phase, () => this.#intent.during(call(progress), pause)).finally(() => (isOver = true));
  }

  /** Tries again while nobody answers, with growing pauses, showing why. */
  async retrying<T>(phase: Phase, call: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      this.#intent.check();
      this.#state.enter(phase);
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        this.#intent.check();
        const ms = Math.max(backoffMs(attempt, this.#ports.random()), (error.retryAfterSeconds ?? 0) * 1000);
        await this.until(error.message, ms);
        await this.paused();
      }
    }
  }
}
