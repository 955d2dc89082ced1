/**
 * Rows that an experiment's object writes; an index counts as a row. tests/workerd/result-rows.test.ts measures them in workerd and fails when they are
 * others. Setting an alarm costs one more, at most once in PUBLISH_SECONDS.
 */
export const ROWS_WRITTEN = {
  lease: 3,
  /** A lease's deadline is put off, by a heartbeat or a commit. */
  extension: 2,
  /** A request to store a checkpoint. */
  checkpoint: 1,
  /** A part that is left behind, and goes when the result comes. */
  part: 2,
  /** A newcomer's shard that is bound in one request: of that, and of the hand-in. */
  shard: 11,
  /** Each further request that binds intervals. */
  commit: 1,
} as const;
