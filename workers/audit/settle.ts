import type { AuditVerdict } from "../../shared/protocol/audit.ts";

/** What one auditor found. */
export interface Opinion {
  readonly auditor: string;
  readonly isOperator: boolean;
  /** Null: its work could not be compared. */
  readonly agrees: boolean | null;
}

export interface Settlement {
  readonly verdict: AuditVerdict;
  /** Auditors who said the contrary. */
  readonly wrong: readonly string[];
}

/** Attempts that came to nothing before an audit is given up, without blame. */
const ATTEMPTS = 4;

/**
 * The verdict of the opinions so far, or null: another is wanted. The operator's auditor decides, also that it cannot be said. Among volunteers one agreement is enough to pass, but
 * nobody is blamed on one word: a first contradiction waits for a second auditor, and where those two differ, for a third.
 */
export function settle(opinions: readonly Opinion[]): Settlement | null {
  const operator = opinions.find(({ isOperator }) => isOperator);
  const said = opinions.filter((one) => one.agrees !== null);
  const [yes, no] = [said.filter((one) => one.agrees), said.filter((one) => !one.agrees)];
  const passed: Settlement = { verdict: "passed", wrong: no.map(({ auditor }) => auditor) };
  const contradicted: Settlement = { verdict: "contradicted", wrong: yes.map(({ auditor }) => auditor) };
  const unverified: Settlement = { verdict: "could not be verified", wrong: [] };
  if (operator) return operator.agrees === null ? unverified : operator.agrees ? passed : contradicted;
  if (no.length === 0 && yes.length > 0) return passed;
  if (no.length >= 2) return contradicted;
  if (yes.length >= 2) return passed;
  return opinions.length - said.length >= ATTEMPTS ? unverified : null;
}
