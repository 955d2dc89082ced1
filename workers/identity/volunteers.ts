import type { Me, MeChange, Volunteers } from "../../shared/protocol/session.ts";
import { type Outcome, done, refuse } from "../problem.ts";
import { HourlyCount } from "./hourly-count.ts";
import { LISTED } from "./merge-volunteers.ts";

export const VOLUNTEER_TABLES = `
  CREATE TABLE volunteers (id TEXT PRIMARY KEY, public_key TEXT NOT NULL, alias TEXT, listed INTEGER NOT NULL, first_seen INTEGER NOT NULL,
    challenged_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE gifts (experiment TEXT NOT NULL, volunteer TEXT NOT NULL, shards INTEGER NOT NULL, steps INTEGER NOT NULL,
    PRIMARY KEY (experiment, volunteer)) WITHOUT ROWID;
  CREATE INDEX gifts_volunteer ON gifts (volunteer, shards, steps);
  CREATE TABLE unpublished_volunteers (since INTEGER PRIMARY KEY);
`;

/** Of the steps that were given, those of shards that passed an audit. */
export const AUDITED_COLUMN = "ALTER TABLE gifts ADD COLUMN audited INTEGER NOT NULL DEFAULT 0;";

/** Who wants a session: a key that signed a challenge made at `made`. Times in ms since 1970. */
export interface Newcomer {
  readonly volunteer: string;
  readonly publicKey: string;
  readonly alias: string | undefined;
  readonly network: string;
  readonly made: number;
}

/** Who does something, and the pseudonym of the network that it is in. */
export interface By {
  readonly volunteer: string;
  readonly network: string;
}

/** What a volunteer gave to one experiment, in all. */
export interface Gift {
  readonly volunteer: string;
  readonly shards: number;
  readonly steps: number;
  /** Of these steps, those of shards one interval of which was trained again and agreed. */
  readonly audited: number;
}

/** Volunteers: their keys, names and what they gave. Part of the study's object, or of a home. */
export class VolunteerStore {
  readonly #sql: SqlStorage;
  readonly #count: HourlyCount;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#count = new HourlyCount(sql);
  }

  /** Notes that a volunteer came. A challenge opens one session: those of a volunteer are used in the order in which they were made. */
  admit({ volunteer, publicKey, alias, network, made }: Newcomer, now: number, homes: number): Outcome<{ alias: string | null }> {
    const before = this.#row(volunteer);
    if (before && made <= before.challenged_at) {
      const detail = "challenge: got one that is not newer than the last one that this key signed, want a fresh one";
      return refuse(409, { title: "Challenge used before", detail, remedy: "Ask for another: GET /api/challenge." });
    }
    const counted = this.#count.take("sessionsPerHour", { volunteer, network }, now, homes);
    if (!counted.ok) return counted;
    this.#sql.exec(
      `INSERT INTO volunteers VALUES (?, ?, ?, 0, ?, ?)
       ON CONFLICT (id) DO UPDATE SET alias = excluded.alias, challenged_at = excluded.challenged_at`,
      ...[volunteer, publicKey, alias ?? before?.alias ?? null, now, made],
    );
    return done({ alias: alias ?? before?.alias ?? null });
  }

  me(volunteer: string): Outcome<Me> {
    const row = this.#row(volunteer);
    if (!row) {
      const detail = "This session's volunteer is not known here.";
      return refuse(404, { title: "No such volunteer", detail, remedy: "Open a new session: POST /api/sessions." });
    }
    const sums = "SELECT COALESCE(SUM(shards), 0) AS shards, COALESCE(SUM(steps), 0) AS steps FROM gifts WHERE volunteer = ?";
    const gave = this.#sql.exec<{ shards: number; steps: number }>(sums, volunteer).one();
    return done({ volunteer, alias: row.alias, listed: row.listed === 1, ...gave });
  }

  change({ volunteer, network }: By, { alias, listed }: MeChange, now: number, homes: number): Outcome<Me> {
    const counted = this.#count.take("changesPerHour", { volunteer, network }, now, homes);
    if (!counted.ok) return counted;
    if (alias !== undefined) this.#sql.exec("UPDATE volunteers SET alias = ? WHERE id = ?", alias, volunteer);
    if (listed !== undefined) this.#sql.exec("UPDATE volunteers SET listed = ? WHERE id = ?", listed ? 1 : 0, volunteer);
    return this.me(volunteer);
  }

  /** An experiment says what everyone gave to it; saying it again changes nothing. @returns whether anything changed */
  setGifts(experiment: string, gifts: readonly Gift[]): boolean {
    const before = this.#sql
      .exec<GiftRow>("SELECT volunteer, shards, steps, audited FROM gifts WHERE experiment = ?", experiment)
      .toArray();
    const known = new Map(before.map((gift) => [gift.volunteer, gift]));
    const changed = gifts.filter(({ volunteer, shards, steps, audited }) => {
      const old = known.get(volunteer);
      return old?.shards !== shards || old.steps !== steps || old.audited !== audited;
    });
    const still = new Set(gifts.map(({ volunteer }) => volunteer));
    const gone = before.filter(({ volunteer }) => !still.has(volunteer));
    const put = "INSERT OR REPLACE INTO gifts (experiment, volunteer, shards, steps, audited) VALUES (?, ?, ?, ?, ?)";
    for (const { volunteer, shards, steps, audited } of changed)
      this.#sql.exec(put, experiment, volunteer, shards, steps, audited);
    for (const { volunteer } of gone)
      this.#sql.exec("DELETE FROM gifts WHERE experiment = ? AND volunteer = ?", experiment, volunteer);
    return changed.length + gone.length > 0;
  }

  /** What anyone may read. */
  published(): Volunteers {
    const rows = this.#sql
      .exec<GiftRow & { alias: string | null; listed: number }>(
        `SELECT id AS volunteer, alias, listed, SUM(gifts.shards) AS shards, SUM(gifts.steps) AS steps,
           SUM(gifts.audited) AS audited
         FROM volunteers JOIN gifts ON gifts.volunteer = id WHERE alias IS NOT NULL OR listed = 1 GROUP BY id
         ORDER BY audited DESC, steps DESC, id`,
      )
      .toArray();
    return {
      names: Object.fromEntries(rows.flatMap(({ volunteer, alias }) => (alias === null ? [] : [[volunteer, alias]]))),
      list: rows
        .filter(({ listed }) => listed === 1)
        .slice(0, LISTED)
        .map(({ volunteer, alias, shards, steps, audited }) => ({ volunteer, alias, shards, steps, audited })),
    };
  }

  /** Notes that what anyone may read has changed, until it is published. */
  noteChange(now: number): void {
    this.#sql.exec("INSERT OR IGNORE INTO unpublished_volunteers VALUES (?)", now);
  }

  hasChanged(): boolean {
    return this.#sql.exec("SELECT since FROM unpublished_volunteers LIMIT 1").toArray().length > 0;
  }

  /** @param before ms since 1970: what changed later comes with the next publication */
  notePublished(before: number): void {
    this.#sql.exec("DELETE FROM unpublished_volunteers WHERE since <= ?", before);
  }

  #row(id: string): VolunteerRow | undefined {
    return this.#sql.exec<VolunteerRow>("SELECT alias, listed, challenged_at FROM volunteers WHERE id = ?", id).toArray()[0];
  }
}

type VolunteerRow = { alias: string | null; listed: number; challenged_at: number } & Record<string, SqlStorageValue>;
type GiftRow = Gift & Record<string, SqlStorageValue>;
