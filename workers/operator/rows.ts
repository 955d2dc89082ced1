import type { Row } from "../../shared/protocol/bundle.ts";

/** Characters of one page of rows: a message between objects holds 32 MiB. */
const PAGE = 4_000_000;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Whole tables, by name. */
export const tablesOf = (sql: SqlStorage, names: readonly string[]): Record<string, Row[]> =>
  Object.fromEntries(names.map((name) => [name, sql.exec<Row>(`SELECT * FROM ${quoted(name)}`).toArray()]));

/**
 * Rows of a table from `offset` on, as JSON, as many as fit a page.
 * @returns next: where the next page begins, or null
 */
export function pageOfRows(
  sql: SqlStorage,
  table: string,
  offset: number,
  limit = Infinity,
): { rows: Row[]; next: number | null } {
  const rows: Row[] = [];
  let size = 0;
  const count = Math.min(limit, Number.MAX_SAFE_INTEGER);
  for (const row of sql.exec<Row>(`SELECT * FROM ${quoted(table)} ORDER BY 1 LIMIT ? OFFSET ?`, count, offset)) {
    rows.push(row);
    size += JSON.stringify(row).length;
    if (size >= PAGE) return { rows, next: offset + rows.length };
  }
  return { rows, next: null };
}

/** Writes rows as they are, over those of the same key. @throws Error for a column that the table does not have */
export function putRows(sql: SqlStorage, table: string, rows: readonly Row[]): void {
  const columns = sql.exec(`SELECT * FROM ${quoted(table)} LIMIT 0`).columnNames;
  for (const row of rows) {
    const names = Object.keys(row);
    const unknown = names.find((name) => !columns.includes(name));
    if (unknown !== undefined) throw new Error(`${table}: got a column ${unknown}, want some of ${columns.join(", ")}`);
    const places = names.map(() => "?").join(", ");
    sql.exec(
      `INSERT OR REPLACE INTO ${quoted(table)} (${names.map(quoted).join(", ")}) VALUES (${places})`,
      ...Object.values(row),
    );
  }
}

/** Writes whole tables in place of what they hold. */
export function replaceTables(sql: SqlStorage, tables: Readonly<Record<string, readonly Row[]>>, names: readonly string[]): void {
  for (const name of names) {
    sql.exec(`DELETE FROM ${quoted(name)}`);
    putRows(sql, name, tables[name] ?? []);
  }
}
