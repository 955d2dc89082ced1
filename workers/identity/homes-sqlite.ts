import type { Row } from "../../shared/protocol/bundle.ts";
import { pageOfRows } from "../operator/rows.ts";
import { hasTable } from "../schema-version.ts";
import { homeNumber } from "./home-number.ts";

/** One row; a study without homes has no such table. `opened`: all of them know how many there are. */
const HOMES_TABLE = "CREATE TABLE homes (of INTEGER NOT NULL, opened INTEGER NOT NULL);";

interface Handed {
  readonly columns: readonly string[];
  /** The first columns, that name a row. */
  readonly keys: number;
  readonly volunteer: string;
  /** What becomes of a row that is there already. */
  readonly clash: string;
}

/** Tables whose rows are a volunteer's: they stand where it is kept. */
const HANDED: Readonly<Record<string, Handed>> = {
  volunteers: {
    columns: ["id", "public_key", "alias", "listed", "first_seen", "challenged_at"],
    ...{ keys: 1, volunteer: "id" },
    clash: `UPDATE SET listed = MAX(listed, excluded.listed), first_seen = MIN(first_seen, excluded.first_seen),
      alias = CASE WHEN excluded.challenged_at > challenged_at THEN COALESCE(excluded.alias, alias) ELSE COALESCE(alias, excluded.alias) END,
      challenged_at = MAX(challenged_at, excluded.challenged_at)`,
  },
  // Experiments told the home itself meanwhile.
  gifts: {
    columns: ["experiment", "volunteer", "shards", "steps", "audited"],
    ...{ keys: 2, volunteer: "volunteer", clash: "NOTHING" },
  },
  calibrations: {
    columns: ["volunteer", "kind", "network", "at", "verdict", "first_loss", "distance", "state", "published"],
    ...{ keys: 2, volunteer: "volunteer" },
    clash: `UPDATE SET network = excluded.network, at = excluded.at, verdict = excluded.verdict, first_loss = excluded.first_loss,
      distance = excluded.distance, state = excluded.state, published = 0 WHERE excluded.at > at`,
  },
};

export const HANDED_TABLES = Object.keys(HANDED);

/** How many homes the study's volunteers have, in its SQLite, and whoever is still kept there himself. */
export class HomesStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** 0: none. @param wanted taken where there are none yet: another number would be another home for everybody */
  take(wanted: number): number {
    if (!hasTable(this.#sql, "homes")) {
      if (wanted === 0) return 0;
      this.#sql.exec(HOMES_TABLE);
      this.#sql.exec("INSERT INTO homes VALUES (?, 0)", wanted);
    }
    return this.#sql.exec<{ of: number }>("SELECT of FROM homes").one().of;
  }

  areOpened(): boolean {
    return this.#sql.exec<{ opened: number }>("SELECT opened FROM homes").one().opened === 1;
  }

  setOpened(): void {
    this.#sql.exec("UPDATE homes SET opened = 1");
  }

  /** Some rows that are to be handed on, by home; null: there are none left. */
  next(of: number): { readonly table: string; readonly rows: Map<number, Row[]> } | null {
    for (const [table, { volunteer }] of Object.entries(HANDED)) {
      const { rows } = pageOfRows(this.#sql, table, 0);
      if (rows.length > 0) return { table, rows: Map.groupBy(rows, (row) => homeNumber(String(row[volunteer]), of)) };
    }
    return null;
  }

  /** They are kept elsewhere now. */
  drop(table: string, rows: readonly Row[]): void {
    const { columns, keys } = handed(table);
    const names = columns.slice(0, keys);
    const query = `DELETE FROM ${table} WHERE ${names.map((name) => `${name} = ?`).join(" AND ")}`;
    for (const row of rows) this.#sql.exec(query, ...names.map((name) => row[name] ?? null));
  }
}

/** Takes over rows of volunteers. Doing so again changes nothing, and what came here meanwhile stays. To be called in a transaction. */
export function takeOver(sql: SqlStorage, table: string, rows: readonly Row[]): void {
  const { columns, keys, clash } = handed(table);
  const names = columns.slice(0, keys).join(", ");
  const places = columns.map(() => "?").join(", ");
  const query = `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places}) ON CONFLICT (${names}) DO ${clash}`;
  for (const row of rows) sql.exec(query, ...columns.map((name) => row[name] ?? null));
}

function handed(table: string): Handed {
  const one = HANDED[table];
  if (!one) throw new Error(`homes: got rows of ${table}, want some of ${HANDED_TABLES.join(", ")}`);
  return one;
}
