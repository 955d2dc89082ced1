import type { Tables } from "./schema-version.ts";

const SCHEMA = `
  CREATE TABLE experiment (header TEXT NOT NULL, version INTEGER NOT NULL, changes INTEGER NOT NULL, published_changes INTEGER NOT NULL,
    begun_at INTEGER NOT NULL, training_now INTEGER NOT NULL, alarm_at INTEGER);
  CREATE TABLE runs (variant TEXT NOT NULL, seed INTEGER NOT NULL, shards INTEGER NOT NULL, checkpoint TEXT, diverged_at INTEGER,
    PRIMARY KEY (variant, seed)) WITHOUT ROWID;
  CREATE TABLE leases (id TEXT PRIMARY KEY, shard TEXT NOT NULL, variant TEXT NOT NULL, seed INTEGER NOT NULL, shard_index INTEGER NOT NULL,
    volunteer TEXT NOT NULL, alias TEXT, device TEXT NOT NULL, leased_at INTEGER NOT NULL, deadline INTEGER NOT NULL,
    returned_at INTEGER, result_sha256 TEXT, uploads INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX leases_open ON leases (deadline) WHERE returned_at IS NULL AND result_sha256 IS NULL;
  -- Numbered as they were accepted, and never deleted: voided (JSON) says when and why one no longer counts.
  CREATE TABLE results (position INTEGER PRIMARY KEY, shard TEXT NOT NULL, volunteer TEXT NOT NULL, steps INTEGER NOT NULL, json TEXT NOT NULL,
    voided TEXT);
  CREATE UNIQUE INDEX results_standing ON results (shard) WHERE voided IS NULL;
  CREATE INDEX results_volunteer ON results (volunteer, steps) WHERE voided IS NULL;
  CREATE TABLE voided_volunteers (volunteer TEXT PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE models (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
`;

export const COORDINATOR_TABLES: Tables = {
  marker: "experiment",
  schema: SCHEMA,
  migrations: [
    // 2: results carry measurements; before there were none.
    "UPDATE results SET json = json_insert(json, '$.measurements', json('{}'))",
    // 3: results are numbered, and can be voided.
    `DROP INDEX results_volunteer;
     ALTER TABLE results RENAME TO results_before;
     CREATE TABLE results (position INTEGER PRIMARY KEY, shard TEXT NOT NULL, volunteer TEXT NOT NULL, steps INTEGER NOT NULL, json TEXT NOT NULL,
       voided TEXT);
     CREATE UNIQUE INDEX results_standing ON results (shard) WHERE voided IS NULL;
     CREATE INDEX results_volunteer ON results (volunteer, steps) WHERE voided IS NULL;
     INSERT INTO results (shard, volunteer, steps, json) SELECT shard, volunteer, steps, json FROM results_before
       ORDER BY json_extract(json, '$.provenance.acceptedAt'), json_extract(json, '$.provenance.fromStep'), shard;
     DROP TABLE results_before;
     CREATE TABLE voided_volunteers (volunteer TEXT PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;`,
  ],
};
