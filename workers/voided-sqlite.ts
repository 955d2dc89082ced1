/** Volunteers whose results no longer count here, in an experiment's SQLite. Every method is one statement. */
export class VoidedStore {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  /**
   * From now on this volunteer gets no leases.
   * @param isTold whether the study knows already: then it was the one that asked  @returns false when that was so before
   */
  add(volunteer: string, reason: string, isTold: boolean, now: number): boolean {
    const query = "INSERT OR IGNORE INTO voided_volunteers VALUES (?, ?, ?, ?)";
    return this.sql.exec(query, volunteer, now, reason, isTold ? 1 : 0).rowsWritten > 0;
  }

  /** Volunteers voided here of whom the study has not been told yet. */
  untold(): { volunteer: string; reason: string }[] {
    const query = "SELECT volunteer, reason FROM voided_volunteers WHERE told = 0 ORDER BY at";
    return this.sql.exec<{ volunteer: string; reason: string }>(query).toArray();
  }

  setTold(volunteer: string): void {
    this.sql.exec("UPDATE voided_volunteers SET told = 1 WHERE volunteer = ?", volunteer);
  }

  /** Why a volunteer's results were voided, or null. */
  reason(volunteer: string): string | null {
    const query = "SELECT reason FROM voided_volunteers WHERE volunteer = ?";
    return this.sql.exec<{ reason: string }>(query, volunteer).toArray()[0]?.reason ?? null;
  }
}
