/** An object's one alarm: it goes off for the earliest thing that it was asked for. */
export class EarliestAlarm {
  private readonly storage: DurableObjectStorage;
  private readonly clock: () => number;
  /** When it goes off, in ms since 1970; kept here because asking the platform would mean waiting. */
  private setFor = Infinity;

  /** @param clock milliseconds since 1970 */
  constructor(storage: DurableObjectStorage, clock: () => number) {
    this.storage = storage;
    this.clock = clock;
  }

  /** To be awaited before anything else of the object's. */
  async read(): Promise<void> {
    this.setFor = (await this.storage.getAlarm()) ?? Infinity;
  }

  /** It went off. */
  wentOff(): void {
    this.setFor = Infinity;
  }

  /** Sets it, unless it is set for earlier. @param at milliseconds since 1970 */
  at(at: number): void {
    if (this.setFor <= at) return;
    this.setFor = at;
    void this.storage.setAlarm(at);
  }

  in(ms: number): void {
    this.at(this.clock() + ms);
  }
}
