import { z } from "zod";
import { Instant, Loss, Sha256, Slug, Step } from "./primitives.ts";

/** Losses of a stretch's first steps, before each update: they agree between honest devices long before the weights do. */
export const OPENING_STEPS = 5;
export const Opening = z.array(Loss).max(OPENING_STEPS);
export type Opening = z.infer<typeof Opening>;

/**
 * What a volunteer has trained since its last commit, bound before it can know whether it will be asked for it.
 * The interval begins where the last one ended (first: at the shard's start).
 */
export const Commit = z.strictObject({
  step: Step.describe("the interval ends after so many updates"),
  checkpoint: Sha256.describe("of the state there"),
  opening: Opening.describe("losses of the interval's first steps"),
  log: Sha256.describe("of the canonical JSON of the interval's rows of the training curve"),
  measured: Sha256.optional().describe("of the canonical JSON of its rows of the measurements; absent: it has none"),
});
export type Commit = z.infer<typeof Commit>;

/** `POST /api/leases/:id/commits` */
export const Commits = z.strictObject({ commits: z.array(Commit).min(1).max(64).describe("in step order") });
export type Commits = z.infer<typeof Commits>;

export const CommitReply = z.strictObject({
  deadline: Instant,
  wanted: z
    .array(Sha256)
    .max(128)
    .describe("checkpoints to store under this lease before handing in: of intervals drawn for an audit"),
});
export type CommitReply = z.infer<typeof CommitReply>;

/** How an audit ended. Only `contradicted` blames anybody. */
export const AuditVerdict = z.enum(["passed", "contradicted", "could not be verified"]);
export type AuditVerdict = z.infer<typeof AuditVerdict>;

/** What an interval's re-training showed, as published. */
export const AuditOutcome = z.strictObject({
  at: Instant,
  by: z.enum(["operator", "volunteer"]),
  agrees: z.boolean().nullable().describe("null: it could not be compared"),
  words: z.string().max(600),
  cosine: z.number().nullable().describe("between the two movements of the weights"),
  ratio: z.number().nullable().describe("of their lengths"),
  distance: z.number().nullable().describe("relative l2 distance between the two ends' weights"),
});
export type AuditOutcome = z.infer<typeof AuditOutcome>;

/** An interval that was drawn. */
export const AuditRecord = z.strictObject({
  shard: Slug,
  fromStep: Step,
  toStep: Step,
  kind: z.enum(["replay", "divergence", "evaluation"]),
  because: z.enum(["drawn", "suspect", "diverged"]),
  volunteer: z.string().describe("whose claim it is"),
  verdict: AuditVerdict.nullable().describe("null: nobody has settled it yet"),
  outcomes: z.array(AuditOutcome),
  entry: z
    .number()
    .int()
    .optional()
    .describe(
      "of the action log: it holds the SHA-256 of the canonical JSON of all audits with this number, in this order, without it",
    ),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

/** `GET /api/experiments/:id/audits` */
export const ExperimentAudits = z.strictObject({ audits: z.array(AuditRecord) });
export type ExperimentAudits = z.infer<typeof ExperimentAudits>;
