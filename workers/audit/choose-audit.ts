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

/**
 * The audit that an auditor gets, or null: what was disputed first, then the oldest. Nobody audits itself, gives two opinions, or takes what another is
 * training. At first only the operator's auditor can check anybody: trust grows from there.
 */
export function chooseAudit(
  open: readonly Audit[],
  leasesOf: (audit: number) => readonly (Pick<AuditLease, "volunteer" | "outcome"> & { readonly isLive: boolean })[],
  { volunteer, isOperator, passed }: Auditor,
): Audit | null {
  if (!isOperator && passed < ESTABLISHED) return null;
  const free = open.filter((audit) => {
    const leases = leasesOf(audit.n);
    return (
      audit.volunteer !== volunteer && !leases.some((lease) => lease.isLive || (lease.outcome && lease.volunteer === volunteer))
    );
  });
  const isDisputed = ({ n }: Audit) => leasesOf(n).some(({ outcome }) => outcome?.agrees === false);
  return free.find(isDisputed) ?? free[0] ?? null;
}
