import type { Audit, AuditLease } from "./audit.ts";

/** Who asks for an audit. */
export interface Auditor {
  readonly volunteer: string;
  readonly isOperator: boolean;
  /** Audits that it passed itself. */
  readonly passed: number;
}

/** A volunteer whose own work was checked so often may check others'. */
const ESTABLISHED = 2;

/** Asked first: most may not, and the audits need not be read for them. */
export const mayAudit = ({ isOperator, passed }: Auditor): boolean => isOperator || passed >= ESTABLISHED;

/**
 * The audit that an auditor gets, or null: what was disputed first, then the oldest. Nobody audits itself, gives two opinions, or takes what another is
 * training. At first only the operator's auditor can check anybody: trust grows from there.
 */
export function chooseAudit(
  open: readonly Audit[],
  leasesOf: (audit: number) => readonly (Pick<AuditLease, "volunteer" | "outcome"> & { readonly isLive: boolean })[],
  auditor: Auditor,
): Audit | null {
  if (!mayAudit(auditor)) return null;
  const { volunteer } = auditor;
  const free = open.filter((audit) => {
    const leases = leasesOf(audit.n);
    return (
      audit.volunteer !== volunteer && !leases.some((lease) => lease.isLive || (lease.outcome && lease.volunteer === volunteer))
    );
  });
  const isDisputed = ({ n }: Audit) => leasesOf(n).some(({ outcome }) => outcome?.agrees === false);
  return free.find(isDisputed) ?? free[0] ?? null;
}
