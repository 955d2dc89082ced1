import { toBase64Url } from "../../shared/math/base64url.ts";

export const SECRET_TABLE = "CREATE TABLE secret (value TEXT NOT NULL);";

/** The server's secret of a deployment that sets none, in the study's SQLite: 256 random bits, made at the first question. */
export function keptSecret(sql: SqlStorage): string {
  const kept = sql.exec<{ value: string }>("SELECT value FROM secret").toArray()[0];
  if (kept) return kept.value;
  const value = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  sql.exec("INSERT INTO secret VALUES (?)", value);
  return value;
}
