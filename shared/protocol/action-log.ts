import { z } from "zod";
import { Instant, Sha256 } from "./primitives.ts";

/** What was done to the study, besides training: each is an entry of the log that anyone can read. */
export const ActionKind = z.enum(["opened", "rerun", "paused", "resumed", "voided", "verdict-latched", "restored", "audited"]);
export type ActionKind = z.infer<typeof ActionKind>;

/** What the action was about, in plain values: an experiment's id, a reason, a count. Never a token and never an address. */
export const ActionFields = z.record(z.string().max(40), z.union([z.string().max(500), z.number(), z.boolean(), z.null()]));
export type ActionFields = z.infer<typeof ActionFields>;

export const Action = z.strictObject({ kind: ActionKind, fields: ActionFields });
export type Action = z.infer<typeof Action>;

/**
 * One entry. `sha256` is that of the canonical JSON of the others, `previous` the one before it: whoever changes, drops or adds an entry
 * changes every hash after it.
 */
export const LogEntry = z.strictObject({
  n: z.number().int().min(1).describe("counts from 1, without gaps"),
  at: Instant,
  kind: ActionKind,
  fields: ActionFields,
  previous: Sha256.describe("64 zeros before the first entry"),
  sha256: Sha256,
});
export type LogEntry = z.infer<typeof LogEntry>;

/** `GET /api/log?after=n` */
export const LogPage = z.strictObject({
  entries: z.array(LogEntry),
  next: z.number().int().nullable().describe("`after` of the next page, or null when this is the last"),
});
export type LogPage = z.infer<typeof LogPage>;
