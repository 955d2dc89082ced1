import type { Clock } from "./ports.ts";

/** Rests shorter than this are saved up: timers are not finer. */
const SHORTEST_REST_MS = 5;
/** What timers overslept counts for later rests, but not for ever. */
const MOST_OVERSLEPT_MS = 1_000;

/**
 * Rests between steps so that computing takes no more than a share of the time: after 30 ms of work at a duty of 0.25 come 90 ms of rest.
 * What a timer oversleeps is taken off the next rest.
 */
export class Throttle {
  readonly #clock: Clock;
  #workingSince: number;
  #owedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#workingSince = clock.now();
  }

  /** How long the volunteer rests now, in ms; 0 while too little is owed. @param duty in (0, 1] */
  owed(duty: number): number {
    const now = this.#clock.now();
    this.#owedMs = Math.max(-MOST_OVERSLEPT_MS, this.#owedMs) + (now - this.#workingSince) * (1 / duty - 1);
    this.#workingSince = now;
    if (duty >= 1) this.#owedMs = 0;
    return this.#owedMs >= SHORTEST_REST_MS ? this.#owedMs : 0;
  }

  /** Work goes on: what passed since `owed` was rest. */
  rested(): void {
    const now = this.#clock.now();
    this.#owedMs -= now - this.#workingSince;
    this.#workingSince = now;
  }
}
