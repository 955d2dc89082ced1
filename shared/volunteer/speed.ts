/** Steps per second over the last steps: a moving window, so that a pause or an evaluation does not count. */
export class Speed {
  readonly #durationsMs: number[] = [];

  add(durationMs: number): void {
    this.#durationsMs.push(durationMs);
    if (this.#durationsMs.length > 30) this.#durationsMs.shift();
  }

  /** Null before two steps: the first one often compiles shaders. */
  get stepsPerSecond(): number | null {
    const counted = this.#durationsMs.length > 5 ? this.#durationsMs.slice(1) : this.#durationsMs;
    if (counted.length < 2) return null;
    const totalMs = counted.reduce((sum, ms) => sum + ms, 0);
    return totalMs > 0 ? (1000 * counted.length) / totalMs : null;
  }
}
