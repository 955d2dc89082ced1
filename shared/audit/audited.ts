import { canonicalJson } from "../math/json.ts";
import { sha256Hex } from "../math/sha256.ts";
import type { Action } from "../protocol/action-log.ts";
import type { AuditRecord } from "../protocol/audit.ts";

/** What binds settled audits, oldest first: whoever kept the log's entry can tell that none of them was changed since. */
export const auditsSha256 = (records: readonly AuditRecord[]): string =>
  sha256Hex(canonicalJson(records.map(({ entry: _entry, ...record }) => record)));

/** One entry of the action log for all audits that were settled since the last one: rows written are few. */
export function auditedAction(experiment: string, records: readonly AuditRecord[]): Action {
  const count = (verdict: AuditRecord["verdict"]) => records.filter((record) => record.verdict === verdict).length;
  const counts = {
    passed: count("passed"),
    contradicted: count("contradicted"),
    unverified: count("could not be verified"),
  };
  return { kind: "audited", fields: { experiment, ...counts, sha256: auditsSha256(records) } };
}
