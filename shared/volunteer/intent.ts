import { Stopped } from "./outcomes.ts";
import type { Clock } from "./ports.ts";

export type Wish = "run" | "pause" | "stop";

/**
 * What the volunteer wants now: the buttons set it, the loop looks at it between steps and wakes when it changes. A rule of the volunteer's may
 * hold the loop for a reason; then it rests as if paused.
 */
export class Intent {
  #wish: Wish = "stop";
  #hold: string | null = null;
  /** Who wants to know when the wish changes; whoever waits no longer is taken out, because the loop comes by at every step. */
  readonly #waiting = new Set<() => void>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the loop has to do. */
  get wish(): Wish {
    return this.#wish === "run" && this.#hold !== null ? "pause" : this.#wish;
  }

  /** What the buttons say. */
  get asked(): Wish {
    return this.#wish;
  }

  /** Why the loop rests although no button says so. */
  get because(): string | null {
    return this.#wish === "run" ? this.#hold : null;
  }

  set(wish: Wish): void {
    this.#wish = wish;
    this.#wake();
  }

  /** Ends a wait before its time: what it waited for may be there. */
  nudge(): void {
    this.#wake();
  }

  /** @param reason in words; null lets it go on */
  hold(reason: string | null): void {
    if (reason === this.#hold) return;
    this.#hold = reason;
    this.#wake();
  }

  /** Waits, or until the wish changes. */
  async wait(ms: number): Promise<void> {
    await this.#isFirst(this.#clock.sleep(ms));
  }

  /** Waits while the wish is to pause. */
  async resumed(): Promise<void> {
    while (this.wish === "pause") await this.#isFirst(new Promise(() => undefined));
  }

  /**
   * Waits for work that cannot be cut into steps: a download, a compilation, a hand-in. Stop leaves it to itself at once.
   * @param pause waits while the volunteer is paused; without it a pause takes effect after the work
   * @throws Stopped when the volunteer wants to stop before the work has ended
   */
  async during<T>(work: Promise<T>, pause?: () => Promise<void>): Promise<T> {
    const ended = work.then(
      () => undefined,
      () => undefined,
    );
    for (let isEnded = false; ;) {
      if (!isEnded) this.check();
      if (this.wish === "pause") await pause?.();
      if (isEnded) return work;
      isEnded = await this.#isFirst(ended);
    }
  }

  /** @throws Stopped when the volunteer wants to stop */
  check(): void {
    if (this.wish === "stop") throw new Stopped("stopped");
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Waits for `other` or for the wish to change, and says whether it was the former. */
  async #isFirst(other: Promise<unknown>): Promise<boolean> {
    const changed = Promise.withResolvers<boolean>();
    const wake = () => changed.resolve(false);
    this.#waiting.add(wake);
    try {
      return await Promise.race([other.then(() => true), changed.promise]);
    } finally {
      this.#waiting.delete(wake);
    }
  }
}
