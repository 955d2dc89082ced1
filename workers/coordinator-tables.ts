import type { Tables } from "./schema-version.ts";

const SCHEMA = `
  CREATE TABLE experiment (header TEXT NOT NULL, version INTEGER NOT NULL, changes INTEGER NOT NULL, published_changes INTEGER NOT NULL,
    begun_at INTEGER NOT NULL, training_now INTEGER NOT NULL, alarm_at INTEGER);
  CREATE TABLE runs (variant TEXT NOT NULL, seed INTEGER NOT NULL, shards INTEGER NOT NULL, checkpoint TEXT, diverged_at INTEGER,
    PRIMARY KEY (variant, seed)) WITHOUT ROWID;
  CREATE TABLE leases (id TEXT PRIMARY KEY, shard TEXT NOT NULL, variant TEXT NOT NULL, seed INTEGER NOT NULL, shard_index INTEGER NOT NULL,
    volunteer TEXT NOT NULL, alias TEXT, device TEXT NOT NULL, leased_at INTEGER NOT NULL, deadline INTEGER NOT NULL,
    returned_at INTEGER, result_sha256 TEXT, uploads INTEGER NOT NULL, network TEXT) WITHOUT ROWID;
  CREATE INDEX leases_open ON leases (deadline) WHERE returned_at IS NULL AND result_sha256 IS NULL;
  CREATE TABLE results (shard TEXT PRIMARY KEY, volunteer TEXT NOT NULL, steps INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX results_volunteer ON results (volunteer, steps);
  CREATE TABLE models (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
`;

export const COORDINATOR_TABLES: Tables = {
  marker: "experiment",
  schema: SCHEMA,
  migrations: [
    // 2: results carry measurements; before there were none.
    "UPDATE results SET json = json_insert(json, '$.measurements', json('{}'))",
    // 3: leases know the network that they went to, as a pseudonym.
    "ALTER TABLE leases ADD COLUMN network TEXT",
  ],
};
