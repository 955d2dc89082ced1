import type { Run } from "../coordinator/work-generator.ts";
import { hasTable } from "../schema-version.ts";
import type { Place } from "./place.ts";

/** Root: a row for each gateway, with how much of its log was taken, and which runs it has leased (JSON). */
const ROOT_TABLES = `
  CREATE TABLE gateways (number INTEGER PRIMARY KEY, batch INTEGER NOT NULL, mark INTEGER NOT NULL, voids INTEGER NOT NULL, leased TEXT NOT NULL);
`;

/**
 * Gateway: one row about itself. `mark`: position of the last result that the root has; `sent`: of the last one that it may have. A result of those that is
 * voided is told apart, since it went out as standing.
 */
const GATEWAY_TABLES = `
  CREATE TABLE gateway (number INTEGER NOT NULL, of INTEGER NOT NULL, batch INTEGER NOT NULL, mark INTEGER NOT NULL, sent INTEGER NOT NULL);
  CREATE TABLE unsent_voids (n INTEGER PRIMARY KEY AUTOINCREMENT, shard TEXT NOT NULL, voided TEXT NOT NULL);
  CREATE TRIGGER results_voided AFTER UPDATE OF voided ON results WHEN NEW.position <= (SELECT sent FROM gateway)
    BEGIN INSERT INTO unsent_voids (shard, voided) VALUES (NEW.shard, NEW.voided); END;
`;

/** Results of one batch, in bytes of JSON: a call between objects holds 32 MiB. */
const BATCH_BYTES = 8 * 2 ** 20;

/** What a gateway tells its root: everything that happened since the last batch that was taken, in order. */
export interface Batch {
  readonly number: number;
  /** Rises with every batch, also with one that is sent again. */
  readonly batch: number;
  /** Positions of the gateway's results: those after `after`, up to `upTo`. */
  readonly after: number;
  readonly upTo: number;
  readonly results: readonly {
    readonly position: number;
    readonly shard: string;
    readonly volunteer: string;
    readonly steps: number;
    readonly json: string;
    readonly voided: string | null;
  }[];
  /** Results that were sent before, and were voided since. */
  readonly voids: readonly { readonly n: number; readonly shard: string; readonly voided: string }[];
  /** The gateway's runs as they stand now, of those that something happened to. */
  readonly runs: readonly Run[];
  readonly leased: readonly { readonly variant: string; readonly seed: number }[];
}

/** Where an experiment's object stands among gateways, and how far they have told each other. Objects without gateways have none of the tables. */
export class GatewayStore {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  place(): Place {
    if (hasTable(this.sql, "gateways")) {
      return { kind: "root", gateways: this.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM gateways").one().n };
    }
    if (!hasTable(this.sql, "gateway")) return { kind: "alone" };
    return { kind: "gateway", ...this.sql.exec<{ number: number; of: number }>("SELECT number, of FROM gateway").one() };
  }

  /** To be called when the experiment is opened. */
  take(place: Place): void {
    if (place.kind === "root") {
      this.sql.exec(ROOT_TABLES);
      for (let n = 1; n <= place.gateways; n++) this.sql.exec("INSERT INTO gateways VALUES (?, 0, 0, 0, '[]')", n);
    }
    if (place.kind === "gateway") {
      this.sql.exec(GATEWAY_TABLES);
      this.sql.exec("INSERT INTO gateway VALUES (?, ?, 0, 0, 0)", place.number, place.of);
    }
  }

  /** Root: how much of a gateway's log was taken. */
  taken(number: number): { batch: number; mark: number; voids: number } {
    const query = "SELECT batch, mark, voids FROM gateways WHERE number = ?";
    return this.sql.exec<{ batch: number; mark: number; voids: number }>(query, number).one();
  }

  setTaken(
    number: number,
    { batch, mark, voids }: { batch: number; mark: number; voids: number },
    leased: Batch["leased"],
  ): void {
    const query = "UPDATE gateways SET batch = ?, mark = ?, voids = ?, leased = ? WHERE number = ?";
    this.sql.exec(query, batch, mark, voids, JSON.stringify(leased), number);
  }

  /** Gateway: what the root has to be told, and notes that it may have been. @param runOf a run as it stands now  @param leased the runs that are leased */
  nextBatch(runOf: (shard: string) => Run, leased: Batch["leased"]): Batch & { readonly isFull: boolean } {
    const { number, batch, mark } = this.sql
      .exec<{ number: number; batch: number; mark: number }>("SELECT number, batch, mark FROM gateway")
      .one();
    const results: Batch["results"][number][] = [];
    let [bytes, isFull] = [0, false];
    const query = "SELECT position, shard, volunteer, steps, json, voided FROM results WHERE position > ? ORDER BY position";
    for (const row of this.sql.exec<Batch["results"][number] & Record<string, SqlStorageValue>>(query, mark)) {
      isFull = bytes > 0 && bytes + row.json.length > BATCH_BYTES;
      if (isFull) break;
      bytes += row.json.length;
      results.push(row);
    }
    const voids = this.sql
      .exec<Batch["voids"][number] & Record<string, SqlStorageValue>>("SELECT n, shard, voided FROM unsent_voids ORDER BY n")
      .toArray();
    const upTo = results.at(-1)?.position ?? mark;
    this.sql.exec("UPDATE gateway SET batch = batch + 1, sent = MAX(sent, ?)", upTo);
    const runs = new Map([...results, ...voids].map(({ shard }) => [shard.replace(/\.k\d+$/, ""), runOf(shard)]));
    return { number, batch: batch + 1, after: mark, upTo, results, voids, runs: [...runs.values()], leased, isFull };
  }

  /** Gateway: the root has it. */
  setFlushed({ upTo, voids }: Batch): void {
    this.sql.exec("UPDATE gateway SET mark = ?", upTo);
    const last = voids.at(-1);
    if (last) this.sql.exec("DELETE FROM unsent_voids WHERE n <= ?", last.n);
  }
}
