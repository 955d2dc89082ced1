/** Tables of commits and audits, for an experiment's store. */
export const AUDIT_TABLES = `
  CREATE TABLE commits (shard TEXT NOT NULL, volunteer TEXT NOT NULL, step INTEGER NOT NULL, from_step INTEGER NOT NULL, start TEXT,
    lease TEXT NOT NULL, json TEXT NOT NULL, because TEXT, PRIMARY KEY (shard, volunteer, step)) WITHOUT ROWID;
  CREATE INDEX commits_drawn ON commits (volunteer) WHERE because IS NOT NULL;
  CREATE TABLE audits (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, because TEXT NOT NULL, shard TEXT NOT NULL, variant TEXT NOT NULL,
    seed INTEGER NOT NULL, volunteer TEXT NOT NULL, from_step INTEGER NOT NULL, to_step INTEGER NOT NULL, start TEXT, claim TEXT NOT NULL,
    verdict TEXT);
  CREATE INDEX audits_open ON audits (n) WHERE verdict IS NULL;
  CREATE TABLE audit_leases (id TEXT PRIMARY KEY, audit INTEGER, job TEXT NOT NULL, volunteer TEXT NOT NULL, is_operator INTEGER NOT NULL,
    leased_at INTEGER NOT NULL, deadline INTEGER NOT NULL, returned_at INTEGER, result_sha256 TEXT, uploads INTEGER NOT NULL, outcome TEXT)
    WITHOUT ROWID;
  CREATE INDEX audit_leases_of ON audit_leases (audit);
  CREATE TABLE openings (shard TEXT PRIMARY KEY, start TEXT, losses TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE audit_records (volunteer TEXT PRIMARY KEY, passed INTEGER NOT NULL, wrong INTEGER NOT NULL) WITHOUT ROWID;
`;
