/** Commits as they were kept before version 4: a row for each interval. */
const COMMITS = `
  CREATE TABLE commits (shard TEXT NOT NULL, volunteer TEXT NOT NULL, step INTEGER NOT NULL, from_step INTEGER NOT NULL, start TEXT,
    lease TEXT NOT NULL, json TEXT NOT NULL, because TEXT, PRIMARY KEY (shard, volunteer, step)) WITHOUT ROWID;
  CREATE INDEX commits_drawn ON commits (volunteer) WHERE because IS NOT NULL;
`;

/**
 * What a volunteer has bound of a shard, as one row: rows written are what a free plan runs out of first. `intervals` is a JSON array of
 * `{fromStep, start, lease, commit, because}` in step order.
 */
const BOUND = `
  CREATE TABLE bound (shard TEXT NOT NULL, volunteer TEXT NOT NULL, intervals TEXT NOT NULL, PRIMARY KEY (shard, volunteer)) WITHOUT ROWID;
  CREATE INDEX bound_volunteer ON bound (volunteer);
`;

/** Tables of audits, for an experiment's store. */
const AUDITS = `
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

/** From version 5 to 6: which entry of the action log tells of a settled audit. */
export const LOGGED_AUDITS = `
  ALTER TABLE audits ADD COLUMN logged INTEGER;
  CREATE INDEX audits_unlogged ON audits (n) WHERE verdict IS NOT NULL AND logged IS NULL;
`;

export const AUDIT_TABLES = `${BOUND} ${AUDITS} ${LOGGED_AUDITS}`;
/** As version 3 had them. */
export const AUDIT_TABLES_3 = `${COMMITS} ${AUDITS}`;

/** From version 3 to 4: the rows of a shard's intervals become one. */
export const FOLD_COMMITS = `
  ${BOUND}
  INSERT INTO bound SELECT shard, volunteer, json_group_array(json_object('fromStep', from_step, 'start', start, 'lease', lease,
      'commit', json(json), 'because', because))
    FROM (SELECT * FROM commits ORDER BY shard, volunteer, step) GROUP BY shard, volunteer;
  DROP TABLE commits;
`;
