import { type Outcome, done } from "../problem.ts";
import { capAtHome, type CAPS, type Holder, overCap } from "./caps.ts";

const HOUR_MS = 3_600_000;
/** A count is written down so many times on the way to its cap. */
const WRITES = 20;

export const COUNTED =
  "CREATE TABLE IF NOT EXISTS counted (name TEXT PRIMARY KEY, hour INTEGER NOT NULL, n INTEGER NOT NULL) WITHOUT ROWID;";

/**
 * Counts within the hour of the clock, in memory. So that an object that is evicted, by whatever means, does not forget them, one count in so many, drawn, is
 * written down as that many: the expectation is right however often the memory is lost, there is nothing to be gained by losing it at a chosen moment, and those who stay
 * far below their cap cost next to no rows.
 */
export class HourlyCount {
  readonly #sql: SqlStorage;
  /** Uniform in [0, 1). */
  readonly #draw: () => number;
  #hour = 0;
  readonly #used = new Map<string, number>();

  constructor(sql: SqlStorage, draw: () => number = Math.random) {
    this.#sql = sql;
    this.#draw = draw;
  }

  /** Counts one more of `what` for both holders, or says which of them has to wait. @param now ms since 1970  @param homes that share a network's cap */
  take(what: keyof typeof CAPS, holders: Readonly<Record<Holder, string>>, now: number, homes = 1): Outcome<null> {
    this.#turnTo(Math.floor(now / HOUR_MS));
    const both = (["volunteer", "network"] as const).map((holder) => {
      const name = `${what}/${holder}/${holders[holder]}`;
      return { holder, name, used: this.#used.get(name) ?? this.#written(name), cap: capAtHome(what, holder, homes) };
    });
    const full = both.find(({ used, cap }) => used >= cap);
    if (full) return overCap(what, full.holder, full.cap, (this.#hour + 1) * HOUR_MS - now);
    for (const { name, used, cap } of both) {
      this.#used.set(name, used + 1);
      const worth = Math.max(1, Math.floor(cap / WRITES));
      if (this.#draw() * worth < 1) this.#write(name, worth);
    }
    return done(null);
  }

  #turnTo(hour: number): void {
    if (hour === this.#hour) return;
    this.#used.clear();
    this.#hour = hour;
    this.#sql.exec("DELETE FROM counted WHERE hour <> ?", hour);
  }

  #written(name: string): number {
    return this.#sql.exec<{ n: number }>("SELECT n FROM counted WHERE name = ?", name).toArray()[0]?.n ?? 0;
  }

  #write(name: string, worth: number): void {
    const query = "INSERT INTO counted VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET n = n + excluded.n";
    this.#sql.exec(query, name, this.#hour, worth);
  }
}
