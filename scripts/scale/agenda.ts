/** Who is due when, earliest first: a binary heap in flat arrays, since a crowd is a million entries. Everybody stands in it once at most. */
export class Agenda {
  #at: Float64Array;
  #who: Int32Array;
  #size = 0;

  /** @param room for so many */
  constructor(room: number) {
    this.#at = new Float64Array(room);
    this.#who = new Int32Array(room);
  }

  /** When the next one is due, in ms; Infinity: nobody is. */
  get nextAt(): number {
    return this.#size === 0 ? Infinity : this.#at[0]!;
  }

  /** @param at milliseconds */
  put(at: number, who: number): void {
    let place = this.#size++;
    for (let above = (place - 1) >> 1; place > 0 && this.#at[above]! > at; above = (place - 1) >> 1) {
      this.#move(above, place);
      place = above;
    }
    this.#set(place, at, who);
  }

  /** Takes out who is due next. @throws RangeError when nobody is */
  take(): number {
    if (this.#size === 0) throw new RangeError("agenda: got an empty one, want somebody who is due");
    const first = this.#who[0]!;
    const [at, who] = [this.#at[--this.#size]!, this.#who[this.#size]!];
    let place = 0;
    for (let below = this.#below(0); below < this.#size && this.#at[below]! < at; below = this.#below(place)) {
      this.#move(below, place);
      place = below;
    }
    if (this.#size > 0) this.#set(place, at, who);
    return first;
  }

  /** The earlier one of the two below a place. */
  #below(place: number): number {
    const left = 2 * place + 1;
    return left + 1 < this.#size && this.#at[left + 1]! < this.#at[left]! ? left + 1 : left;
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#at[from]!, this.#who[from]!);
  }

  #set(place: number, at: number, who: number): void {
    this.#at[place] = at;
    this.#who[place] = who;
  }
}
