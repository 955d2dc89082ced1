import { AUDIT_TABLES, AUDIT_TABLES_3, FOLD_COMMITS, LOGGED_AUDITS } from "./audit/audit-tables.ts";
import { COUNTED } from "./identity/hourly-count.ts";
import { PART_TABLE } from "./parts-sqlite.ts";
import type { Tables } from "./schema-version.ts";

/** In the order in which they were accepted; `link` chains each to the one before. None is deleted: `voided` (JSON) says when and why one no longer counts. */
const RESULTS = `
  CREATE TABLE results (position INTEGER PRIMARY KEY, shard TEXT NOT NULL, volunteer TEXT NOT NULL, steps INTEGER NOT NULL, json TEXT NOT NULL,
    link TEXT NOT NULL, voided TEXT);
  CREATE UNIQUE INDEX results_standing ON results (shard) WHERE voided IS NULL;
  CREATE INDEX results_volunteer ON results (volunteer, steps) WHERE voided IS NULL;
`;

/** At most one row: why nothing is leased out now. */
const PAUSED = "CREATE TABLE paused (reason TEXT NOT NULL);";

const SCHEMA = `
  CREATE TABLE experiment (header TEXT NOT NULL, version INTEGER NOT NULL, changes INTEGER NOT NULL, published_changes INTEGER NOT NULL,
    begun_at INTEGER NOT NULL, training_now INTEGER NOT NULL, alarm_at INTEGER);
  CREATE TABLE runs (variant TEXT NOT NULL, seed INTEGER NOT NULL, shards INTEGER NOT NULL, checkpoint TEXT, diverged_at INTEGER,
    step INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (variant, seed)) WITHOUT ROWID;
  CREATE TABLE leases (id TEXT PRIMARY KEY, shard TEXT NOT NULL, variant TEXT NOT NULL, seed INTEGER NOT NULL, shard_index INTEGER NOT NULL,
    volunteer TEXT NOT NULL, alias TEXT, device TEXT NOT NULL, leased_at INTEGER NOT NULL, deadline INTEGER NOT NULL,
    returned_at INTEGER, result_sha256 TEXT, uploads INTEGER NOT NULL, from_step INTEGER NOT NULL DEFAULT 0,
    to_step INTEGER NOT NULL DEFAULT 0, network TEXT, calibrated INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
  CREATE INDEX leases_open ON leases (deadline) WHERE returned_at IS NULL AND result_sha256 IS NULL;
  ${RESULTS}
  ${PAUSED}
  CREATE TABLE voided_volunteers (volunteer TEXT PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL, told INTEGER NOT NULL) WITHOUT ROWID;
  ${AUDIT_TABLES}
  ${PART_TABLE}
  ${COUNTED}
  CREATE TABLE models (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
`;

const SHARD_STEPS = "(SELECT json_extract(header, '$.plan.shardSteps') FROM experiment)";
const STEPS = "(SELECT json_extract(header, '$.plan.spec.steps') FROM experiment)";

export const COORDINATOR_TABLES: Tables = {
  marker: "experiment",
  schema: SCHEMA,
  migrations: [
    // 2: results carry measurements; before there were none.
    "UPDATE results SET json = json_insert(json, '$.measurements', json('{}'))",
    // 3: shards of any length, and results in a chain. Until now all shards of a plan were of one length; links are filled in by the store. Leases
    // know the network that they went to, as a pseudonym; volunteers can be voided and are audited.
    `ALTER TABLE runs ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
     UPDATE runs SET step = MIN(shards * ${SHARD_STEPS}, ${STEPS});
     ALTER TABLE leases ADD COLUMN from_step INTEGER NOT NULL DEFAULT 0;
     ALTER TABLE leases ADD COLUMN to_step INTEGER NOT NULL DEFAULT 0;
     ALTER TABLE leases ADD COLUMN network TEXT;
     UPDATE leases SET from_step = shard_index * ${SHARD_STEPS}, to_step = MIN((shard_index + 1) * ${SHARD_STEPS}, ${STEPS});
     ALTER TABLE results RENAME TO unchained;
     DROP INDEX results_volunteer;
     ${RESULTS}
     INSERT INTO results (shard, volunteer, steps, json, link)
       SELECT shard, volunteer, steps, json, '' FROM unchained ORDER BY json_extract(json, '$.provenance.acceptedAt'), shard;
     DROP TABLE unchained;
     ${PAUSED}
     CREATE TABLE voided_volunteers (volunteer TEXT PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL, told INTEGER NOT NULL) WITHOUT ROWID;
     ${AUDIT_TABLES_3}`,
    // 4: what a volunteer has bound of a shard is one row; parts are kept for when it vanishes.
    `${FOLD_COMMITS} ${PART_TABLE}`,
    // 5: leases know whether their device was calibrated; before, none was.
    "ALTER TABLE leases ADD COLUMN calibrated INTEGER NOT NULL DEFAULT 0",
    // 6: settled audits are told of in the action log.
    LOGGED_AUDITS,
    // 7: caps are not forgotten.
    COUNTED,
  ],
};
