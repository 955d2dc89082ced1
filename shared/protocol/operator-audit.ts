import { z } from "zod";
import { LeaseRequest } from "./lease.ts";

/** `POST /api/audits/leases`: the operator's auditor asks for work. The token is the operator's; leases are a volunteer's, so it has a session too. */
export const AuditAsk = z.strictObject({
  session: z.string().max(2000).describe("the token of the auditor's session"),
  ask: LeaseRequest,
});
export type AuditAsk = z.infer<typeof AuditAsk>;
