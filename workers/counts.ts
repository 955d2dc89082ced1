import type { Counters } from "../shared/protocol/operator.ts";

/** How long counts stay in memory before the study's object adds them to its own. */
const KEEP_MS = 5 * 60_000;

/** What happened, counted in memory: a number that nobody pays a row for at every request. */
export class Counts {
  #since: number | null = null;
  #handedOn = 0;
  readonly #all = new Map<string, number>();
  readonly #fresh = new Map<string, number>();

  /** @param now milliseconds since 1970 */
  add(names: readonly string[], now: number): void {
    if (this.#since === null) this.#since = this.#handedOn = now;
    for (const counts of [this.#all, this.#fresh]) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }

  /** Everything since the first of them, and how many seconds ago that was. */
  all(now: number): { seconds: number; counts: Counters } {
    return { seconds: Math.round((now - (this.#since ?? now)) / 1000), counts: Object.fromEntries(this.#all) };
  }

  /** What has not been handed on, once that is worth it; null before. */
  due(now: number): Counters | null {
    if (now - this.#handedOn < KEEP_MS || this.#fresh.size === 0) return null;
    const counts = Object.fromEntries(this.#fresh);
    this.#fresh.clear();
    this.#handedOn = now;
    return counts;
  }
}
