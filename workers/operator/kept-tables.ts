/**
 * Which tables a bundle holds: `small` ones whole in one line, `large` ones row by row, `leftOut` ones not at all (made again by themselves, or secret). A test
 * wants every table of a store in one of them.
 */
export interface KeptTables {
  readonly small: readonly string[];
  readonly large: readonly string[];
  readonly leftOut: readonly string[];
}

export const EXPERIMENT_TABLES: KeptTables = {
  small: ["runs", "paused"],
  large: ["results", "leases"],
  // The header has a line of its own; models are compiled again by another deployment anyway.
  leftOut: ["experiment", "models", "schema_version"],
};

export const STUDY_TABLES: KeptTables = {
  small: ["reruns", "idempotency_keys", "pauses"],
  large: [],
  // The log's entries are lines of their own; `published` and `untold` say what is still to be done here.
  leftOut: ["log", "published", "untold", "readings", "judging", "written", "schema_version"],
};
