/** Does one thing at a time. Of what is asked for meanwhile only the latest is done: the others would be overtaken by it. */
export class Latest {
  #turn: Promise<void> = Promise.resolve();
  #asked = 0;

  /** Does it after what is being done, unless something later is asked for by then. Resolves when the latest is done; rejects if that fails. */
  async do(work: () => Promise<void>): Promise<void> {
    const mine = ++this.#asked;
    const before = this.#turn.catch(() => undefined); // Its failure is told to whoever asked for it.
    this.#turn = before.then(() => (mine === this.#asked ? work() : undefined));
    await this.settled();
  }

  /** Resolves when nothing is being done any more. */
  async settled(): Promise<void> {
    let turn;
    do await (turn = this.#turn);
    while (turn !== this.#turn);
  }
}
