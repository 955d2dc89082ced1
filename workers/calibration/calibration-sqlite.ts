import { toleranceOf } from "../../shared/audit/calibration/tolerance.ts";
import type { CalibrationVerdict, Spread } from "../../shared/protocol/calibration.ts";
import type { KindVotes } from "./kind-votes.ts";

/** Each volunteer's last calibration of each kind of device. */
export const CALIBRATION_TABLES = `
  CREATE TABLE calibrations (volunteer TEXT NOT NULL, kind TEXT NOT NULL, network TEXT NOT NULL, at INTEGER NOT NULL, verdict TEXT NOT NULL,
    first_loss REAL, distance REAL, state TEXT NOT NULL, published INTEGER NOT NULL, PRIMARY KEY (volunteer, kind)) WITHOUT ROWID;
  CREATE INDEX calibrations_kind ON calibrations (kind);
`;

/** Kinds of devices that one volunteer may calibrate. */
const KINDS = 12;

/** A calibration, judged. */
export interface Calibrated {
  readonly volunteer: string;
  readonly kind: string;
  /** Pseudonym. */
  readonly network: string;
  readonly verdict: CalibrationVerdict;
  readonly spread: Spread | null;
  /** One name for its final states. */
  readonly state: string;
}

/** Calibrations in SQLite: the study's, or those of the volunteers of one home. */
export class CalibrationStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Keeps the newest of a volunteer's kind. @param now ms since 1970  @returns false when it has calibrated too many kinds */
  put({ volunteer, kind, network, verdict, spread, state }: Calibrated, now: number): boolean {
    const query = "SELECT COUNT(*) AS n FROM calibrations WHERE volunteer = ? AND kind <> ?";
    if (this.#sql.exec<{ n: number }>(query, volunteer, kind).one().n >= KINDS) return false;
    this.#sql.exec(
      "INSERT OR REPLACE INTO calibrations VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
      ...[volunteer, kind, network, now, verdict, spread?.firstLoss ?? null, spread?.distance ?? null, state],
    );
    return true;
  }

  /** What is allowed to a kind; null: the default. */
  tolerance(kind: string): Spread | null {
    return toleranceOf(this.#of(kind).flatMap(votes));
  }

  /** By kind, of the volunteers here; no volunteers are named. */
  kinds(): KindVotes[] {
    return this.#kinds().map((kind) => kindVotes(kind, this.#of(kind)));
  }

  hasChanged(): boolean {
    return this.#sql.exec("SELECT 1 FROM calibrations WHERE published = 0 LIMIT 1").toArray().length > 0;
  }

  /** @param before ms since 1970: what came later comes with the next publication */
  notePublished(before: number): void {
    this.#sql.exec("UPDATE calibrations SET published = 1 WHERE published = 0 AND at <= ?", before);
  }

  #kinds(): string[] {
    const rows = this.#sql.exec<{ kind: string }>("SELECT DISTINCT kind FROM calibrations ORDER BY kind").toArray();
    return rows.map(({ kind }) => kind);
  }

  #of(kind: string): Row[] {
    return this.#sql
      .exec<Row>("SELECT network, verdict, first_loss, distance, state FROM calibrations WHERE kind = ?", kind)
      .toArray();
  }
}

type Row = {
  network: string;
  verdict: string;
  first_loss: number | null;
  distance: number | null;
  state: string;
} & Record<string, SqlStorageValue>;

/** What contradicts has no say in what is allowed. */
const votes = ({ network, verdict, first_loss: firstLoss, distance }: Row) =>
  verdict === "contradicts" || firstLoss === null || distance === null ? [] : [{ network, spread: { firstLoss, distance } }];

function kindVotes(kind: string, rows: readonly Row[]): KindVotes {
  const count = (verdict: CalibrationVerdict) => rows.filter((row) => row.verdict === verdict).length;
  return {
    kind,
    ...{ passed: count("passed"), rough: count("rough"), contradicts: count("contradicts") },
    states: [...new Set(rows.filter(({ verdict }) => verdict === "passed").map(({ state }) => state))],
    votes: rows.flatMap(votes),
  };
}
