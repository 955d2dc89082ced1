import type { Provider } from "../shared/protocol/lease.ts";
import type { Standing } from "./audit/roll-back.ts";
import { NO_RESULTS, resultLink } from "./results-chain.ts";

/** What was accepted, and what of it no longer counts, in an experiment's SQLite. Every method is one statement or two. */
export class ResultStore {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  /** @param json a StoredResult, canonical  @param voided a Voided, for one that no longer counts */
  add(shard: string, volunteer: string, steps: number, json: string, voided: string | null = null): void {
    const link = resultLink(this.lastLink(), json);
    const columns = "shard, volunteer, steps, json, link, voided";
    this.sql.exec(`INSERT INTO results (${columns}) VALUES (?, ?, ?, ?, ?, ?)`, shard, volunteer, steps, json, link, voided);
  }

  /** The end of the chain of results. */
  lastLink(): string {
    const query = "SELECT link FROM results ORDER BY position DESC LIMIT 1";
    return this.sql.exec<{ link: string }>(query).toArray()[0]?.link ?? NO_RESULTS;
  }

  /** Chains results that an earlier deployment stored without links. */
  linkAll(): void {
    let link = NO_RESULTS;
    for (const { position, json } of this.sql
      .exec<{ position: number; json: string }>("SELECT position, json FROM results ORDER BY position")
      .toArray()) {
      link = resultLink(link, json);
      this.sql.exec("UPDATE results SET link = ? WHERE position = ?", link, position);
    }
  }

  /** Every StoredResult that counts, as JSON text, in the order in which they were accepted. */
  texts(): string[] {
    return this.sql
      .exec<{ json: string }>("SELECT json FROM results WHERE voided IS NULL ORDER BY position")
      .toArray()
      .map(({ json }) => json);
  }

  /** Every VoidedResult, as JSON text. */
  voidedTexts(): string[] {
    return this.sql
      .exec<{ json: string; voided: string }>("SELECT json, voided FROM results WHERE voided IS NOT NULL ORDER BY position")
      .toArray()
      .map(({ json, voided }) => `{"result":${json},"voided":${voided}}`);
  }

  /** What voiding has to know of the results that count. */
  standing(): Standing[] {
    const field = (name: string) => `json_extract(json, '$.${name}')`;
    const columns = `position, shard, volunteer, ${field("variant")} AS variant, ${field("seed")} AS seed, ${field("provenance.fromStep")} AS from_step,
      ${field("provenance.endCheckpoint")} AS end_checkpoint`;
    return this.sql.exec<StandingRow>(`SELECT ${columns} FROM results WHERE voided IS NULL`).toArray().map(toStanding);
  }

  /** @param why a Voided */
  void(position: number, why: string): void {
    this.sql.exec("UPDATE results SET voided = ? WHERE position = ?", why, position);
  }

  /** The result of a shard that counts, if one does, no longer does. @param why a Voided */
  voidShard(shard: string, why: string): void {
    this.sql.exec("UPDATE results SET voided = ? WHERE shard = ? AND voided IS NULL", why, shard);
  }

  /** Steps in a second, measurements included, of a volunteer's last result that counts, if this provider trained it; else null. */
  lastSpeed(volunteer: string, provider: Provider): number | null {
    const from = (name: string) => `json_extract(json, '$.provenance.${name}')`;
    const query = `SELECT steps, ${from("trainMs")} + ${from("evaluateMs")} AS ms, ${from("device.provider")} AS provider FROM results
      WHERE position = (SELECT MAX(position) FROM results WHERE volunteer = ? AND voided IS NULL)`;
    const row = this.sql.exec<{ steps: number; ms: number; provider: string }>(query, volunteer).toArray()[0];
    return row?.provider === provider && row.ms > 0 && row.steps > 0 ? row.steps / (row.ms / 1000) : null;
  }

  contribution(volunteer: string): { shards: number; steps: number } {
    const query =
      "SELECT COUNT(*) AS shards, COALESCE(SUM(steps), 0) AS steps FROM results WHERE volunteer = ? AND voided IS NULL";
    return this.sql.exec<{ shards: number; steps: number }>(query, volunteer).one();
  }

  /** How many results were accepted, and under leases whose deadline was later than `since` (ms since 1970). */
  count(since: number): { results: number; recent: number } {
    const results = this.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM results").one().n;
    const query = "SELECT COUNT(*) AS n FROM leases WHERE result_sha256 IS NOT NULL AND deadline > ?";
    return { results, recent: this.sql.exec<{ n: number }>(query, since).one().n };
  }
}

type StandingRow = {
  position: number;
  shard: string;
  volunteer: string;
  variant: string;
  seed: number;
  from_step: number;
  end_checkpoint: string | null;
};

const toStanding = ({ from_step, end_checkpoint, ...rest }: StandingRow): Standing => ({
  ...{ position: rest.position, shard: rest.shard, volunteer: rest.volunteer, variant: rest.variant, seed: rest.seed },
  ...{ fromStep: from_step, endCheckpoint: end_checkpoint },
});
