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
  small: ["runs", "paused", "voided_volunteers", "audit_records"],
  large: ["results", "leases", "commits", "audits", "audit_leases"],
  // The header has a line of its own; another deployment compiles its models again; openings are secret, and the auditor makes them again.
  leftOut: ["experiment", "models", "openings", "schema_version"],
};

export const STUDY_TABLES: KeptTables = {
  small: ["reruns", "idempotency_keys", "pauses", "voided", "volunteers", "gifts", "counts"],
  large: [],
  // The log's entries are lines of their own; `published`, `untold` and `unpublished_volunteers` say what is still to be done here, and the secret stays one.
  leftOut: ["log", "published", "untold", "secret", "unpublished_volunteers", "schema_version"],
};
