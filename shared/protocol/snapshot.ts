import { z } from "zod";
import { AuditVerdict } from "./audit.ts";
import { AuditedDevices } from "./audited-devices.ts";
import { ExperimentHeader } from "./experiment.ts";
import { Alias, Instant, Sha256, Slug, Step } from "./primitives.ts";
import { Measurements } from "./measurements.ts";
import { Provenance, Series } from "./result.ts";

/** One run's curve, put together from its shards. */
export const RunMetrics = z.strictObject({
  seed: z.number().int(),
  trainedSteps: Step,
  state: z.enum(["waiting", "training", "finished", "diverged"]),
  divergedAt: Step.nullable(),
  training: Series,
  evaluation: Series,
  measurements: Measurements,
  provenance: z.array(Provenance),
});
export type RunMetrics = z.infer<typeof RunMetrics>;

/** Accuracy over seeds, step by step, as columns: mean and its pointwise 95 % t interval (null for one seed). */
export const Band = z.strictObject({
  step: z.array(Step),
  n: z.array(z.number().int()),
  mean: z.array(z.number()),
  low: z.array(z.number().nullable()),
  high: z.array(z.number().nullable()),
});
export type Band = z.infer<typeof Band>;

export const VariantMetrics = z.strictObject({
  id: Slug,
  runs: z.array(RunMetrics),
  training: Band,
  evaluation: Band,
});
export type VariantMetrics = z.infer<typeof VariantMetrics>;

/** Merged metrics of one experiment: a pure function of its plan and accepted results, the same bytes whenever it is recomputed. */
export const MergedMetrics = z.strictObject({
  variants: z.array(VariantMetrics),
  progress: z.strictObject({
    steps: z.number().int(),
    stepsPlanned: z.number().int(),
    runsFinished: z.number().int(),
    runs: z.number().int(),
    shards: z.number().int(),
    volunteers: z.number().int(),
    trainMs: z.number(),
  }),
});
export type MergedMetrics = z.infer<typeof MergedMetrics>;

/** What audits say of a shard. Shards of which no interval was drawn, then or now, are not listed. */
export const ShardAudit = z.strictObject({
  shard: Slug,
  audit: z
    .enum(["open", ...AuditVerdict.options])
    .nullable()
    .describe("of the training that counts; open: drawn and not settled yet. null: none of its intervals was drawn"),
  contradicted: z.number().int().describe("earlier trainings of it that were contradicted and taken out"),
});
export type ShardAudit = z.infer<typeof ShardAudit>;

/** What the Durable Object publishes to KV under one key: the envelope changes with time, the metrics only with results. */
export const ExperimentSnapshot = z.strictObject({
  protocol: z.number().int(),
  experiment: ExperimentHeader,
  version: z.number().int().describe("rises by one with every publication"),
  publishedAt: Instant,
  lastResultAt: Instant.nullable(),
  trainingNow: z.number().int().describe("leases alive when it was published"),
  metricsSha256: Sha256.describe("of the canonical JSON of metrics"),
  audits: z.array(ShardAudit).optional().describe("by shard, as settled so far; absent: whoever wrote this did not know"),
  metrics: MergedMetrics,
  audited: AuditedDevices.optional().describe(
    "what audits have shown of the devices; absent: no audit has passed yet, or an older deployment",
  ),
});
export type ExperimentSnapshot = z.infer<typeof ExperimentSnapshot>;

/** `GET /api/snapshot`, and the committed file the static report is built from. */
export const StudySnapshot = z.strictObject({
  protocol: z.number().int(),
  takenAt: Instant,
  experiments: z.array(ExperimentSnapshot),
  names: z.record(z.string(), Alias).optional().describe("that volunteers chose, by their ids; absent before protocol 3"),
});
export type StudySnapshot = z.infer<typeof StudySnapshot>;
