import { z } from "zod";
import { LogEntry } from "./action-log.ts";
import { ExperimentHeader } from "./experiment.ts";
import { Instant, Sha256, Slug } from "./primitives.ts";
import { ExperimentSnapshot } from "./snapshot.ts";

/**
 * A bundle: everything that a coordinator keeps, as one file of JSON lines. Lines, because each is read, checked and written by itself, however large the file
 * is, with the tools that everybody has; the order is that of the members of `BundleLine`.
 */

/** A row of a table, by column. */
export const Row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
export type Row = z.infer<typeof Row>;
const Tables = z.record(z.string(), z.array(Row));

/** First: what wrote it, and when. */
export const BundleHead = z.strictObject({
  line: z.literal("bundle"),
  format: z.literal(1),
  protocol: z.number().int(),
  profile: z.string(),
  deployment: z.string(),
  at: Instant,
});

export const LogLine = z.strictObject({ line: z.literal("log"), entry: LogEntry });

/** The study's own tables. @property schema version of its tables */
export const StudyLine = z.strictObject({ line: z.literal("study"), schema: z.number().int(), tables: Tables });
export type StudyLine = z.infer<typeof StudyLine>;

/** An experiment: its small tables, and what would be published of it at that moment. */
export const ExperimentLine = z.strictObject({
  line: z.literal("experiment"),
  schema: z.number().int(),
  header: ExperimentHeader,
  results: z.number().int().min(0).describe("how many rows of its results follow"),
  tables: Tables,
  snapshot: ExperimentSnapshot,
});
export type ExperimentLine = z.infer<typeof ExperimentLine>;

/** Of whom rows are that stand behind the study's own line: its volunteers, where several objects share them. No experiment is called so. */
export const OF_STUDY = "study";

/** A row of one of its large tables. @property of the experiment, or `OF_STUDY` */
export const RowLine = z.strictObject({ line: z.literal("row"), of: Slug, table: z.string(), row: Row });
export type RowLine = z.infer<typeof RowLine>;

/** Verdicts on the claims, as they follow from the snapshots. */
export const VerdictsLine = z.strictObject({
  line: z.literal("verdicts"),
  verdicts: z.array(z.strictObject({ family: z.string(), claim: z.string(), sha256: Sha256, verdict: z.string() })),
});
export type VerdictsLine = z.infer<typeof VerdictsLine>;

/** State from which a run goes on. */
export const CheckpointLine = z.strictObject({ line: z.literal("checkpoint"), sha256: Sha256, base64: z.string() });

/** Last: a file that was cut off has none. */
export const BundleEnd = z.strictObject({
  line: z.literal("end"),
  lines: z.number().int().describe("before this one"),
  sha256: Sha256.describe("of everything before this line"),
});

export const BundleLine = z.discriminatedUnion("line", [
  BundleHead,
  LogLine,
  StudyLine,
  ExperimentLine,
  RowLine,
  VerdictsLine,
  CheckpointLine,
  BundleEnd,
]);
export type BundleLine = z.infer<typeof BundleLine>;

/** The lines that a coordinator takes back; `POST /api/operator/restore` takes them as they stand in the bundle. */
export const RestorableLine = z.discriminatedUnion("line", [LogLine, StudyLine, ExperimentLine, RowLine]);
export type RestorableLine = z.infer<typeof RestorableLine>;

/** `POST /api/operator/restore/end`: all lines have been sent. */
export const RestoreEnd = z.strictObject({ bundle: Sha256.describe("its end line's"), lines: z.number().int().min(0) });
export type RestoreEnd = z.infer<typeof RestoreEnd>;

export const Restored = z.strictObject({ lines: z.number().int().describe("taken by this call") });
