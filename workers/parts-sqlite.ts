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

/**
 * Kept parts in an experiment's SQLite, one for each lease. Which there are, without their JSON, is kept in memory as well, since every grant asks for those whose
 * volunteers vanished: written first, kept then, and read again after `forget`.
 */
export class PartStore {
  private readonly sql: SqlStorage;
  private kept: Map<string, KeptPart> | null = null;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  /** In place of the lease's part before. @param json the Part, canonical */
  keep({ lease, shard, toStep, start, end }: KeptPart, json: string): void {
    this.sql.exec("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)", lease, shard, toStep, start, end, json);
    this.kept?.set(lease, { lease, shard, toStep, start, end });
  }

  of(lease: string): KeptPart | null {
    return this.known().get(lease) ?? null;
  }

  /** Of leases that are over; what was handed in of has none. @param isLive whether a lease lives */
  ended(isLive: (lease: string) => boolean): KeptPart[] {
    return [...this.known().values()].filter(({ lease }) => !isLive(lease));
  }

  /** @throws Error for a lease that kept none */
  read(lease: string): Part {
    return JSON.parse(this.sql.exec<{ json: string }>("SELECT json FROM parts WHERE lease = ?", lease).one().json) as Part;
  }

  /** The shard is resolved. @returns the states in which its parts ended */
  settle(shard: string): string[] {
    const settled = [...this.known().values()].filter((part) => part.shard === shard);
    if (settled.length > 0) this.sql.exec("DELETE FROM parts WHERE shard = ?", shard);
    for (const { lease } of settled) this.known().delete(lease);
    return settled.map(({ end }) => end);
  }

  /** The table was written by somebody else, or what was written was undone. */
  forget(): void {
    this.kept = null;
  }

  private known(): Map<string, KeptPart> {
    this.kept ??= new Map(
      this.sql
        .exec<KeptPart & Record<string, SqlStorageValue>>(`SELECT ${COLUMNS} FROM parts`)
        .toArray()
        .map((part) => [part.lease, part]),
    );
    return this.kept;
  }
}

const COLUMNS = 'lease, shard, to_step AS toStep, start, end_checkpoint AS "end"';
