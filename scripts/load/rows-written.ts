/**
 * Rows that an experiment's object writes; an index counts as a row. tests/workerd/rows-written.test.ts measures them in workerd and fails when they are
 * others. Setting an alarm costs one more, at most once in PUBLISH_SECONDS.
 */
export const ROWS_WRITTEN = {
  lease: 3,
  heartbeat: 2,
  /** A request to store a checkpoint. */
  checkpoint: 1,
  /** A shard of one interval that is drawn for an audit, as a newcomer's is: bound and handed in. */
  shard: 13,
  /** Each further interval that is bound by a request of its own, until its result is accepted. */
  interval: 4,
} as const;
