import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** Bytes of one value at most, as the platform has it. */
const MOST_VALUE = 2 * 2 ** 20;

/**
 * A Durable Object's storage over SQLite in this process's memory: as much of it as the coordinator's objects use. The SQL is theirs, word for word.
 */
export class MemoryStorage {
  /** When the alarm goes off, in ms since 1970; null: it is not set. */
  alarmAt: number | null = null;
  /** Rows that were inserted, updated or deleted; unlike the platform's count, without indexes. */
  rowsChanged = 0;
  readonly #database = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();

  readonly sql = {
    exec: (query: string, ...bindings: SQLInputValue[]) => this.#exec(query, bindings),
    databaseSize: 0,
  };

  /** Bytes of the database. */
  get bytes(): number {
    const pragma = (name: string) => Number(Object.values(this.#database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
    return pragma("page_count") * pragma("page_size");
  }

  transactionSync<T>(work: () => T): T {
    this.#database.exec("SAVEPOINT transaction_sync");
    try {
      return work();
    } catch (error) {
      this.#database.exec("ROLLBACK TO transaction_sync");
      throw error;
    } finally {
      this.#database.exec("RELEASE transaction_sync");
    }
  }

  setAlarm(at: number): Promise<void> {
    this.alarmAt = at;
    return Promise.resolve();
  }

  getAlarm(): Promise<number | null> {
    return Promise.resolve(this.alarmAt);
  }

  #exec(query: string, bindings: SQLInputValue[]) {
    // Several statements in one text: a schema.
    if (bindings.length === 0 && query.trimEnd().replace(/;$/, "").includes(";")) {
      this.#database.exec(query);
      return cursor([], 0);
    }
    for (const binding of bindings) {
      if (typeof binding === "string" && binding.length > MOST_VALUE)
        throw new Error(
          `SQLITE_TOOBIG: got a value of ${binding.length} bytes, want at most ${MOST_VALUE}: ${query.slice(0, 80)}`,
        );
    }
    const statement = this.#statements.get(query) ?? this.#database.prepare(query);
    this.#statements.set(query, statement);
    if (/^\s*(SELECT|PRAGMA)/i.test(query)) return cursor(statement.all(...bindings), 0);
    const changes = Number(statement.run(...bindings).changes);
    this.rowsChanged += changes;
    return cursor([], changes);
  }
}

function cursor(rows: Record<string, unknown>[], rowsWritten: number) {
  return {
    rowsWritten,
    toArray: () => rows,
    one: () => {
      if (rows.length !== 1) throw new Error(`got ${rows.length} rows, want one`);
      return rows[0];
    },
    [Symbol.iterator]: () => rows[Symbol.iterator](),
  };
}
