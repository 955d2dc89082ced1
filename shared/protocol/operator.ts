import { z } from "zod";
import { Instant, Sha256, Slug } from "./primitives.ts";

/** In words that are published in the action log. */
export const Reason = z.string().trim().min(1).max(400);

/** `POST /api/operator/pause` and `/resume` */
export const PauseRequest = z.strictObject({
  experiment: Slug.optional().describe("default: the whole study"),
  reason: Reason,
});
export type PauseRequest = z.infer<typeof PauseRequest>;

/** `POST /api/operator/void` */
export const VoidRequest = z.strictObject({
  volunteer: z.union([Sha256, z.uuid()]).describe("its id; those from before there were keys have another kind"),
  reason: Reason,
});
export type VoidRequest = z.infer<typeof VoidRequest>;

export const VoidReply = z.strictObject({
  results: z.number().int().describe("that no longer count; 0 when it was voided before"),
});
export type VoidReply = z.infer<typeof VoidReply>;

const Count = z.number().int().min(0);

/** An experiment as its operator sees it. */
export const ExperimentStatus = z.strictObject({
  id: Slug,
  title: z.string(),
  parent: Slug.nullable(),
  paused: z.string().nullable().describe("why, or null: it is leased out"),
  runs: z.strictObject({ waiting: Count, training: Count, finished: Count, diverged: Count }),
  steps: Count,
  stepsPlanned: Count,
  results: Count,
  resultsLastHour: Count,
  leases: Count.describe("live now"),
  volunteers: Count.describe("that hold them"),
  published: Count.describe("version of the snapshot in KV"),
  bytes: Count.describe("of its storage"),
  lastLink: Sha256.describe("end of the chain of its results"),
});
export type ExperimentStatus = z.infer<typeof ExperimentStatus>;

/** Of requests since the counters began: by kind, and refusals by title. Approximate: what an isolate counted last may be lost with it. */
export const Counters = z.record(z.string(), Count);
export type Counters = z.infer<typeof Counters>;

/** `GET /api/operator/status` */
export const OperatorStatus = z.strictObject({
  at: Instant,
  deployment: z.string(),
  protocol: z.number().int(),
  profile: z.string(),
  paused: z.string().nullable().describe("why the whole study is, or null"),
  experiments: z.array(ExperimentStatus),
  counters: Counters,
  log: z.strictObject({ n: Count, sha256: Sha256 }).describe("its last entry"),
  bytes: Count.describe("of the study's own storage, and of its volunteers' homes"),
});
export type OperatorStatus = z.infer<typeof OperatorStatus>;
