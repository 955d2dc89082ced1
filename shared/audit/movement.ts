type Floats = Float32Array | Float64Array;

/** How two ends of training from one start lie to each other. */
export interface Movement {
  /** Cosine between the two movements (end minus start) of the weights; NaN where one is not finite. */
  readonly cosine: number;
  /** Length of the claimed movement as a multiple of the audited one's. */
  readonly ratio: number;
  /** l2 distance between the ends, relative to the audited end's length. */
  readonly distance: number;
  /** The same distance of the state's other tensors (running statistics, velocity), by name; absent: it has none. */
  readonly others?: Readonly<Record<string, number>>;
}

/** Sums a movement up from pieces of the flat vectors, so that no checkpoint has to be in memory as a whole. */
export class MovementSum {
  #dot = 0;
  #claimed = 0;
  #audited = 0;
  #difference = 0;
  #length = 0;

  /** Pieces of one length, from the same place of each vector. */
  add(start: Floats, claimed: Floats, audited: Floats): void {
    let [dot, a, b, difference, length] = [0, 0, 0, 0, 0];
    for (let i = 0; i < start.length; i++) {
      const from = start[i]!;
      const end = audited[i]!;
      const u = claimed[i]! - from;
      const v = end - from;
      dot += u * v;
      a += u * u;
      b += v * v;
      difference += (u - v) * (u - v);
      length += end * end;
    }
    this.#dot += dot;
    this.#claimed += a;
    this.#audited += b;
    this.#difference += difference;
    this.#length += length;
  }

  /** Two that did not move at all agree. */
  result(): Movement {
    const isStill = this.#claimed === 0 && this.#audited === 0;
    return {
      cosine: isStill ? 1 : this.#dot / Math.sqrt(this.#claimed * this.#audited),
      ratio: isStill ? 1 : Math.sqrt(this.#claimed / this.#audited),
      distance: this.#difference === 0 ? 0 : Math.sqrt(this.#difference / this.#length),
    };
  }
}
