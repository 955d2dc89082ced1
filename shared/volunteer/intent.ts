import { Stopped } from "./outcomes.ts";
import type { Clock } from "./ports.ts";

export type Wish = "run" | "pause" | "stop";

/** What the volunteer wants now: the buttons set it, the loop looks at it between steps and wakes when it changes. */
export class Intent {
  #wish: Wish = "stop";
  #changed = Promise.withResolvers<void>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get wish(): Wish {
    return this.#wish;
  }

  set(wish: Wish): void {
    this.#wish = wish;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  /** Waits, or until the wish changes. */
  async wait(ms: number): Promise<void> {
    await Promise.race([this.#clock.sleep(ms), this.#changed.promise]);
  }

  /** Waits while the wish is to pause. */
  async resumed(): Promise<void> {
    while (this.#wish === "pause") await this.#changed.promise;
  }

  /**
   * Waits for work that cannot be cut into steps: a download, a compilation, a hand-in. Stop leaves it to itself at once.
   * @param pause waits while the volunteer is paused; without it a pause takes effect after the work
   * @throws Stopped when the volunteer wants to stop before the work has ended
   */
  async during<T>(work: Promise<T>, pause?: () => Promise<void>): Promise<T> {
    const ended = work.then(
      () => true,
      () => true,
    );
    for (let isEnded = false; ;) {
      if (!isEnded) this.check();
      if (this.#wish === "pause") await pause?.();
      if (isEnded) return work;
      isEnded = await Promise.race([ended, this.#changed.promise.then(() => false)]);
    }
  }

  /** @throws Stopped when the volunteer wants to stop */
  check(): void {
    if (this.#wish === "stop") throw new Stopped("stopped");
  }
}
