import { Device } from "../shared/protocol/lease.ts";
import type { LeaseRecord, LiveLease } from "./coordinator/lease-record.ts";

/** Neither given back nor handed in; `leases_open` is the index of these by deadline. */
const OPEN = "returned_at IS NULL AND result_sha256 IS NULL";
const COLUMNS =
  'id, shard, variant, seed, shard_index AS "index", to_step AS toStep, volunteer, network, leased_at AS leasedAt, deadline';
const FORGET_MS = 600_000;

type OpenLease = LiveLease & { readonly deadline: number };

/**
 * Who may train what until when, in an experiment's SQLite. Every method is one statement. Leases that are open are kept in memory as well, since every grant looks at
 * all of them: written first, kept then, and read again after `forget`.
 */
export class LeaseStore {
  private readonly sql: SqlStorage;
  private open: Map<string, OpenLease> | null = null;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  find(id: string): LeaseRecord | null {
    return this.sql.exec<LeaseRow>("SELECT * FROM leases WHERE id = ?", id).toArray().map(toLease)[0] ?? null;
  }

  /** Those that are live now, as far as choosing a shard asks. */
  live(now: number): LiveLease[] {
    if (this.open === null) {
      const query = `SELECT ${COLUMNS} FROM leases WHERE ${OPEN} AND deadline > ?`;
      this.open = new Map(
        this.sql
          .exec<OpenLease & Row>(query, now)
          .toArray()
          .map((lease) => [lease.id, lease]),
      );
    }
    const live: LiveLease[] = [];
    for (const lease of this.open.values()) {
      if (lease.deadline > now) live.push(lease);
      // One that is over never lives again; clocks may differ by a little.
      else if (lease.deadline < now - FORGET_MS) this.open.delete(lease.id);
    }
    return live;
  }

  /** The tables were written by somebody else, or what was written was undone. */
  forget(): void {
    this.open = null;
  }

  /** When the next live lease ends if its volunteer is silent; null: none is live. */
  nextDeadline(now: number): number | null {
    const query = `SELECT MIN(deadline) AS at FROM leases WHERE ${OPEN} AND deadline > ?`;
    return this.sql.exec<{ at: number | null }>(query, now).one().at;
  }

  add(lease: LeaseRecord): void {
    const { id, shard, variant, seed, index, volunteer, network, device, leasedAt, deadline, fromStep, toStep, isCalibrated } =
      lease;
    const columns =
      "id, shard, variant, seed, shard_index, volunteer, network, device, leased_at, deadline, uploads, from_step, to_step, calibrated";
    this.sql.exec(
      `INSERT INTO leases (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
      ...[
        id,
        shard,
        variant,
        seed,
        index,
        volunteer,
        network,
        JSON.stringify(device),
        leasedAt,
        deadline,
        fromStep,
        toStep,
        isCalibrated ? 1 : 0,
      ],
    );
    this.open?.set(id, { id, shard, variant, seed, index, toStep, volunteer, network, leasedAt, deadline });
  }

  extend(id: string, deadline: number): void {
    this.sql.exec("UPDATE leases SET deadline = ? WHERE id = ?", deadline, id);
    const lease = this.open?.get(id);
    if (lease) this.open?.set(id, { ...lease, deadline });
  }

  giveBack(id: string, now: number): void {
    this.sql.exec("UPDATE leases SET returned_at = ? WHERE id = ?", now, id);
    this.open?.delete(id);
  }

  resolve(id: string, resultSha256: string): void {
    this.sql.exec("UPDATE leases SET result_sha256 = ? WHERE id = ?", resultSha256, id);
    this.open?.delete(id);
  }

  countUpload(id: string): void {
    this.sql.exec("UPDATE leases SET uploads = uploads + 1 WHERE id = ?", id);
  }
}

type Row = Record<string, SqlStorageValue>;
type LeaseRow = {
  id: string;
  shard: string;
  variant: string;
  seed: number;
  shard_index: number;
  volunteer: string;
  network: string | null;
  device: string;
  leased_at: number;
  deadline: number;
  returned_at: number | null;
  result_sha256: string | null;
  uploads: number;
  from_step: number;
  to_step: number;
  calibrated: number;
};

function toLease(row: LeaseRow): LeaseRecord {
  const { id, shard, variant, seed, volunteer, network, deadline, uploads, from_step: fromStep, to_step: toStep } = row;
  return {
    ...{
      id,
      shard,
      variant,
      seed,
      index: row.shard_index,
      fromStep,
      toStep,
      volunteer,
      network,
      device: Device.parse(JSON.parse(row.device)),
      isCalibrated: row.calibrated === 1,
    },
    ...{ leasedAt: row.leased_at, deadline, returnedAt: row.returned_at, resultSha256: row.result_sha256, uploads },
  };
}
