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

  /** @throws Stopped when the volunteer wants to stop */
  check(): void {
    if (this.#wish === "stop") throw new Stopped("stopped");
  }
}
