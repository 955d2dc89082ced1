import type { Part } from "../shared/protocol/result.ts";

/** Parts that volunteers left behind while they train; the JSON (a Part, canonical) is last, so that reading the others does not read it. */
export const PART_TABLE = `
  CREATE TABLE parts (lease TEXT PRIMARY KEY, shard TEXT NOT NULL, to_step INTEGER NOT NULL, start TEXT, end_checkpoint TEXT NOT NULL,
    json TEXT NOT NULL) WITHOUT ROWID;
`;

/** A part that stands for its shard should the volunteer vanish. */
export interface KeptPart {
  readonly lease: string;
  readonly shard: string;
  readonly toStep: number;
  /** Where the shard started. */
  readonly start: string | null;
  /** The state at `toStep`. */
  readonly end: string;
}

/** Kept parts in an experiment's SQLite, one for each lease. Every method is one statement or two. */
export class PartStore {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  /** In place of the lease's part before. @param json the Part, canonical */
  keep({ lease, shard, toStep, start, end }: KeptPart, json: string): void {
    this.sql.exec("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)", lease, shard, toStep, start, end, json);
  }

  of(lease: string): KeptPart | null {
    return this.sql.exec<PartRow>(`SELECT ${COLUMNS} FROM parts WHERE lease = ?`, lease).toArray().map(toPart)[0] ?? null;
  }

  /** Of leases that are over, and were never handed in. */
  ended(now: number): KeptPart[] {
    const query = `SELECT ${COLUMNS} FROM parts JOIN leases ON leases.id = parts.lease
      WHERE leases.result_sha256 IS NULL AND (leases.returned_at IS NOT NULL OR leases.deadline <= ?)`;
    return this.sql.exec<PartRow>(query, now).toArray().map(toPart);
  }

  /** @throws Error for a lease that kept none */
  read(lease: string): Part {
    return JSON.parse(this.sql.exec<{ json: string }>("SELECT json FROM parts WHERE lease = ?", lease).one().json) as Part;
  }

  /** The shard is resolved. @returns the states in which its parts ended */
  settle(shard: string): string[] {
    const ends = this.sql.exec<{ end: string }>("SELECT end_checkpoint AS end FROM parts WHERE shard = ?", shard).toArray();
    if (ends.length > 0) this.sql.exec("DELETE FROM parts WHERE shard = ?", shard);
    return ends.map(({ end }) => end);
  }
}

const COLUMNS = "parts.lease, parts.shard, parts.to_step, parts.start, parts.end_checkpoint";
type PartRow = { lease: string; shard: string; to_step: number; start: string | null; end_checkpoint: string };
const toPart = ({ lease, shard, to_step, start, end_checkpoint }: PartRow): KeptPart => ({
  ...{ lease, shard, start },
  ...{ toStep: to_step, end: end_checkpoint },
});
