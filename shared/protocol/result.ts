import { z } from "zod";
import { ExperimentHeader } from "./experiment.ts";
import { Opening } from "./audit.ts";
import { Fraction, Instant, LeaseId, Loss, PublicKey, Sha256, Signature, Slug, Step } from "./primitives.ts";
import { Device, LeaseReply, LeaseRequest } from "./lease.ts";
import { Measurements } from "./measurements.ts";

/**
 * Measurements along a run, as columns of one length.
 * In training, row i is the batch of step `step[i]`, measured before that step's update, in training mode.
 * In evaluation, row i is the whole test set after `step[i]` updates, with running statistics.
 * The accuracy is null where nothing is classified (the deep linear network).
 */
export const Series = z
  .strictObject({ step: z.array(Step), loss: z.array(Loss), accuracy: z.array(Fraction.nullable()) })
  .refine((s) => s.loss.length === s.step.length && s.accuracy.length === s.step.length, {
    error: "want step, loss and accuracy of one length",
  });
export type Series = z.infer<typeof Series>;

/** What a volunteer measured on its shard. */
export const Result = z.strictObject({
  modelSha256: Sha256,
  startCheckpoint: Sha256.nullable(),
  endCheckpoint: Sha256.nullable().describe("null only when the run diverged within this shard"),
  divergedAt: Step.nullable().describe("first step whose loss was not finite; the run ends there"),
  toStep: Step.optional().describe(
    "where the result ends when the volunteer left before the shard's end: all that is due until there is in it",
  ),
  training: Series,
  evaluation: Series,
  measurements: Measurements,
  opening: Opening.describe("losses of the shard's first steps, each of them"),
  trainMs: z.number().min(0),
  evaluateMs: z.number().min(0),
});
export type Result = z.infer<typeof Result>;

/** Who says so: with the result itself, anyone can check it later without asking anyone. */
export const Signed = z.strictObject({
  publicKey: PublicKey,
  signature: Signature.describe("over `batchnorm-at-home result <lease> <SHA-256 of the result's canonical JSON>`"),
});
export type Signed = z.infer<typeof Signed>;

/** `POST /api/leases/:id/result`: what a volunteer hands in for its lease. */
export const HandIn = Signed.extend({
  result: Result,
  next: LeaseRequest.optional().describe("asks for the next shard in the same call"),
});
export type HandIn = z.infer<typeof HandIn>;

/** `POST /api/leases/:id/part`: what was trained until `result.toStep`. It counts if the volunteer vanishes and another goes on from there. */
export const Part = Signed.extend({ result: Result });
export type Part = z.infer<typeof Part>;

export const ResultReply = z.strictObject({
  kind: z.enum(["accepted", "repeated"]).describe("repeated: this very result was accepted before"),
  run: z.strictObject({ trainedSteps: Step, steps: Step, finished: z.boolean() }),
  contribution: z
    .strictObject({ shards: z.number().int(), steps: z.number().int() })
    .describe("this volunteer's, in this experiment"),
  next: LeaseReply.optional().describe("the answer to `next`; absent when it was not asked or could not be answered"),
});
export type ResultReply = z.infer<typeof ResultReply>;

/** Where a stretch of a curve came from. */
export const Provenance = z.strictObject({
  shard: Slug,
  fromStep: Step,
  toStep: Step,
  volunteer: z.string().describe("the volunteer's id; before protocol 3 its alias, or 8 digits that stand for it"),
  device: Device,
  modelSha256: Sha256,
  startCheckpoint: Sha256.nullable(),
  endCheckpoint: Sha256.nullable(),
  trainMs: z.number(),
  evaluateMs: z.number(),
  acceptedAt: Instant,
});
export type Provenance = z.infer<typeof Provenance>;

/** An accepted result as stored: append-only, and enough to recompute every merged metric. */
export const StoredResult = z.strictObject({
  variant: Slug,
  seed: z.number().int(),
  divergedAt: Step.nullable(),
  training: Series,
  evaluation: Series,
  measurements: Measurements,
  opening: Opening.optional().describe("as handed in; absent before protocol 3"),
  toStep: Step.optional().describe("as handed in: only where the volunteer left before the shard's end"),
  provenance: Provenance,
  signed: Signed.extend({ lease: LeaseId }).optional().describe("absent before protocol 3"),
});
export type StoredResult = z.infer<typeof StoredResult>;

/** When and why an accepted result no longer counts. */
export const Voided = z.strictObject({
  at: Instant,
  for: z.enum(["identity", "continued"]).describe("who trained it, or that it continued from a voided result of another's"),
  reason: z.string(),
});
export type Voided = z.infer<typeof Voided>;

/** Kept for anyone to see, and in no metric. */
export const VoidedResult = z.strictObject({ result: StoredResult, voided: Voided });
export type VoidedResult = z.infer<typeof VoidedResult>;

/** The result that was handed in, taken from what is stored: what `signed` is over. */
export function resultAsHandedIn(stored: StoredResult): Result {
  const { divergedAt, training, evaluation, measurements, opening = [], toStep, provenance } = stored;
  const { modelSha256, startCheckpoint, endCheckpoint, trainMs, evaluateMs } = provenance;
  return {
    ...{ modelSha256, startCheckpoint, endCheckpoint, divergedAt },
    ...{ training, evaluation, measurements, opening, trainMs, evaluateMs },
    ...(toStep !== undefined && { toStep }),
  };
}

/** `GET /api/experiments/:id/results`: all that was accepted, for anyone to merge again and compare. */
export const ExperimentResults = z.strictObject({
  experiment: ExperimentHeader,
  results: z.array(StoredResult),
  voided: z.array(VoidedResult).optional().describe("accepted once, and left out of the metrics since"),
});
export type ExperimentResults = z.infer<typeof ExperimentResults>;
