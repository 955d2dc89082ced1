/** What the operator has paused; `untold`: experiments that do not know yet what holds for them. */
export const PAUSE_TABLES = `
  CREATE TABLE pauses (scope TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE untold (experiment TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/** Scope of a pause of everything; experiments' ids are never empty. */
export const WHOLE_STUDY = "";

/** Pauses in the study's SQLite. Each experiment keeps what holds for it, so that a lease asks nobody else. */
export class Pauses {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  /** Why a scope itself is paused, or null. */
  reason(scope: string): string | null {
    return this.sql.exec<{ reason: string }>("SELECT reason FROM pauses WHERE scope = ?", scope).toArray()[0]?.reason ?? null;
  }

  /** What holds for an experiment: its own pause, or the whole study's. */
  holds(experiment: string): string | null {
    return this.reason(experiment) ?? this.reason(WHOLE_STUDY);
  }

  /** @param experiments that it is about, and that are to be told */
  set(scope: string, reason: string | null, experiments: readonly string[]): void {
    if (reason === null) this.sql.exec("DELETE FROM pauses WHERE scope = ?", scope);
    else this.sql.exec("INSERT OR REPLACE INTO pauses VALUES (?, ?)", scope, reason);
    for (const id of experiments) this.tell(id);
  }

  /** An experiment is to be told, because it is new or something changed. */
  tell(experiment: string): void {
    this.sql.exec("INSERT OR IGNORE INTO untold VALUES (?)", experiment);
  }

  untold(): string[] {
    return this.sql
      .exec<{ experiment: string }>("SELECT experiment FROM untold")
      .toArray()
      .map(({ experiment }) => experiment);
  }

  setTold(experiment: string): void {
    this.sql.exec("DELETE FROM untold WHERE experiment = ?", experiment);
  }
}
