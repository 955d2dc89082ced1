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
  large: ["results", "leases", "bound", "parts", "audits", "audit_leases"],
  // The header has a line of its own; models are compiled again by another deployment anyway; openings are secret, and the auditor makes them again.
  leftOut: ["experiment", "models", "openings", "counted", "schema_version"],
};

/** What roots and gateways have besides. None of it is in a bundle: gateways are the deployment's, and a restored experiment has none; their rows of the tables above are, behind the root's. */
export const GATEWAY_TABLES: KeptTables = { small: [], large: [], leftOut: ["gateways", "gateway", "unsent_voids"] };

/** A home's: rows of the study's tables of volunteers, which stand behind the study's line in a bundle as if they were large ones of the study. */
export const HOME_TABLES: KeptTables = {
  small: [],
  large: ["volunteers", "gifts", "calibrations"],
  leftOut: ["home", "unpublished_volunteers", "counted", "schema_version"],
};

/** What a study with homes has besides: how many there are is the deployment's. */
export const HOMES_TABLES: KeptTables = { small: [], large: [], leftOut: ["homes"] };

export const STUDY_TABLES: KeptTables = {
  small: [
    "reruns",
    "replicas",
    "idempotency_keys",
    "pauses",
    "counts",
    "voided",
    "volunteers",
    "gifts",
    "latched",
    "calibrations",
  ],
  large: [],
  // The log's entries are lines of their own; what is still to be published or told is known anew; the secret stays a secret: sessions begin again.
  leftOut: [
    "log",
    "published",
    "unpublished_volunteers",
    "untold",
    "readings",
    "readings_rest",
    "judging",
    "written",
    "kv_turns",
    "counted",
    "secret",
    "schema_version",
  ],
};
