import { CALIBRATION_TABLES } from "../calibration/calibration-sqlite.ts";
import { createTables, hasTable, type Tables, upgradeTables } from "../schema-version.ts";
import { COUNTED } from "./hourly-count.ts";
import { AUDITED_COLUMN, VOLUNTEER_TABLES } from "./volunteers.ts";

/** A home's own: one row, how many homes there are. */
const HOME_TABLE = "CREATE TABLE home (of INTEGER NOT NULL);";

/** A home keeps rows of the study's tables: what is changed of these there is changed here too. */
const TABLES: Tables = {
  marker: "home",
  schema: `${HOME_TABLE} ${VOLUNTEER_TABLES} ${AUDITED_COLUMN} ${CALIBRATION_TABLES} ${COUNTED}`,
  migrations: [],
};

/** The tables of a home. */
export class HomeStore {
  readonly #sql: SqlStorage;
  /** Kept here because every session that is opened asks. */
  #of: number | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    if (hasTable(sql, TABLES.marker)) upgradeTables(sql, TABLES);
    else createTables(sql, TABLES);
  }

  /** @param of how many homes there are */
  open(of: number): void {
    this.#sql.exec("DELETE FROM home");
    this.#sql.exec("INSERT INTO home VALUES (?)", of);
    this.#of = of;
  }

  /** How many homes there are. */
  of(): number {
    return (this.#of ??= this.#sql.exec<{ of: number }>("SELECT of FROM home").toArray()[0]?.of ?? 1);
  }
}
