import { z } from "zod";
import { Device, LeaseRequest } from "./lease.ts";

/** `POST /api/audits/leases`: the operator's auditor asks for work. The token is the operator's; leases are a volunteer's, so it has a session too. */
export const AuditAsk = z.strictObject({
  session: z.string().max(2000).describe("the token of the auditor's session"),
  ask: LeaseRequest,
  only: z.literal("same bits").optional().describe("only claims of devices that come to the same bits as this one"),
  leave: z
    .array(Device)
    .max(8)
    .optional()
    .describe("devices of the operator's other auditors: claims with their bits are theirs"),
});
export type AuditAsk = z.infer<typeof AuditAsk>;
/** Whose claims it wants. */
export type AuditWish = Pick<AuditAsk, "only" | "leave">;
