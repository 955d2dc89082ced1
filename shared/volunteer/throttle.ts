import type { Clock } from "./ports.ts";

/** Rests shorter than this are saved up: timers are not finer. */
const SHORTEST_REST_MS = 5;
/**
 * The same with several threads: those of ONNX Runtime look for work 2^20 times before they sleep, which takes up to 40 ms of the processor on WebAssembly
 * however short the rest is.
 */
const SHORTEST_REST_OF_THREADS_MS = 1_000;
/** Rest beyond what is owed (timers oversleep, and a pause is a rest too) counts for so much later work, but not for more. */
const MOST_RESTED_AHEAD_MS = 1_000;

/**
 * Rests so that computing takes no more than a share of the time: for 30 ms of work at a duty of 0.25 there are 90 ms of rest. The rest that is owed is
 * reckoned by the duty that holds now, so that another one takes effect at once.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #shortestRestMs: number;
  #since: number;
  /** Work that was not rested for; below zero it was rested for in advance. */
  #workMs = 0;
  /** Rest for each ms of work. */
  #ratio = 0;

  /** @param threads with which the device computes */
  constructor(clock: Clock, threads = 1) {
    this.#clock = clock;
    this.#shortestRestMs = threads > 1 ? SHORTEST_REST_OF_THREADS_MS : SHORTEST_REST_MS;
    this.#since = clock.now();
  }

  /** How long the volunteer rests now, in ms; 0 while too little is owed. What passed since the last call was work. @param duty in (0, 1] */
  owed(duty: number): number {
    this.#workMs += this.#passed();
    this.#ratio = 1 / duty - 1;
    if (duty >= 1) this.#workMs = 0;
    const restMs = this.#workMs * this.#ratio;
    return restMs >= this.#shortestRestMs ? restMs : 0;
  }

  /** Work goes on, or the duty may have changed: what passed since `owed` was rest. */
  rested(): void {
    const restMs = this.#passed();
    if (this.#ratio > 0) this.#workMs = Math.max(-MOST_RESTED_AHEAD_MS, this.#workMs - restMs / this.#ratio);
  }

  #passed(): number {
    const now = this.#clock.now();
    const passed = now - this.#since;
    this.#since = now;
    return passed;
  }
}
