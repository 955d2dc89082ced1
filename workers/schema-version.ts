/** A store's tables as they are created now, and how older ones become them. */
export interface Tables {
  /** A table that every version has: where it stands, the store was made before. */
  readonly marker: string;
  readonly schema: string;
  /** SQL from each version to the next; the first leads from 1 to 2. Add to the end, and never change one that was deployed. */
  readonly migrations: readonly string[];
}

export const hasTable = (sql: SqlStorage, name: string): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name).toArray().length > 0;

/** Version of a store's tables; one without is of version 1. */
export const schemaVersion = (sql: SqlStorage): number =>
  hasTable(sql, "schema_version") ? sql.exec<{ version: number }>("SELECT version FROM schema_version").one().version : 1;

/** Creates the tables of a new store. */
export function createTables(sql: SqlStorage, { schema, migrations }: Tables): void {
  sql.exec(schema);
  writeVersion(sql, migrations.length + 1);
}

/**
 * Brings a store that was made before up to date; to be called in a transaction.
 * @returns whether anything changed
 * @throws Error when the store is of a later version: then an older deployment runs on it
 */
export function upgradeTables(sql: SqlStorage, { marker, migrations }: Tables): boolean {
  const version = schemaVersion(sql);
  const latest = migrations.length + 1;
  if (version > latest)
    throw new Error(`${marker}: got a store of version ${version}, want at most ${latest}: deploy a newer Worker`);
  for (const migration of migrations.slice(version - 1)) sql.exec(migration);
  if (version < latest) writeVersion(sql, latest);
  return version < latest;
}

function writeVersion(sql: SqlStorage, version: number): void {
  sql.exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL); DELETE FROM schema_version;");
  sql.exec("INSERT INTO schema_version VALUES (?)", version);
}
