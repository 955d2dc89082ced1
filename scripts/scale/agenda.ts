/** What is to be done at which virtual time, earliest first; of one time, in the order in which it was put there. */
export class Agenda {
  readonly #bySecond = new Map<number, { readonly at: number; readonly work: () => Promise<void> }[]>();

  /** @param at milliseconds */
  put(at: number, work: () => Promise<void>): void {
    const second = Math.floor(at / 1000);
    const list = this.#bySecond.get(second) ?? [];
    list.push({ at, work });
    this.#bySecond.set(second, list);
  }

  /** Takes out what is due in a second, sorted. @param second since 1970 */
  take(second: number): readonly { readonly at: number; readonly work: () => Promise<void> }[] {
    const list = this.#bySecond.get(second) ?? [];
    this.#bySecond.delete(second);
    return list.sort((a, b) => a.at - b.at);
  }
}
