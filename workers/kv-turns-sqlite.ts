import { nextTurn } from "./coordinator/kv-turn.ts";

/** `next` is the first free turn; any other name is somebody's who waits for its own. Nothing is lost with them but order: they need no migrations. */
const SCHEMA = "CREATE TABLE IF NOT EXISTS kv_turns (name TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;";
const FREE = "next";

/** The day's writes to KV, given out in turns; part of the study's object, since all experiments share them. */
export class KvTurns {
  private readonly sql: SqlStorage;
  private readonly perDay: number;

  constructor(sql: SqlStorage, perDay: number) {
    this.sql = sql;
    this.perDay = perDay;
    sql.exec(SCHEMA);
  }

  /**
   * When somebody may write, in ms since 1970. Who has to wait keeps its turn, and asks again when it has come: then it is now.
   * @param writes that belong together
   */
  turn(who: string, writes: number, now: number): number {
    if (this.perDay === 0) return now;
    const kept = this.at(`of ${who}`);
    const at = kept ?? this.take(writes, now);
    if (at > now && kept === null) this.set(`of ${who}`, at);
    if (at <= now && kept !== null) this.sql.exec("DELETE FROM kv_turns WHERE name = ?", `of ${who}`);
    return Math.max(at, now);
  }

  /** Something was written that could not wait. @returns when its turn would have been */
  take(writes: number, now: number): number {
    if (this.perDay === 0) return now;
    const { at, free } = nextTurn(this.at(FREE) ?? 0, this.perDay, writes, now);
    this.set(FREE, free);
    return at;
  }

  private at(name: string): number | null {
    return this.sql.exec<{ at: number }>("SELECT at FROM kv_turns WHERE name = ?", name).toArray()[0]?.at ?? null;
  }

  private set(name: string, at: number): void {
    this.sql.exec("INSERT INTO kv_turns VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at", name, at);
  }
}
