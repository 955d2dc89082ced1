import { z } from "zod";
import { ProfileName } from "./experiment.ts";
import { Replication } from "./replication.ts";
import { Instant, Sha256, Slug, Step } from "./primitives.ts";

/** What a claim's pairs have decided. */
export const DecidedKind = z.enum(["supported", "weaker-than-reported", "refuted"]);
export type DecidedKind = z.infer<typeof DecidedKind>;

/** What one run says to a claim. */
export const Side = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("open"), trainedSteps: Step }),
  z.strictObject({
    kind: z.literal("measured"),
    value: z.number().nullable().describe("null: larger than any number"),
    isBound: z.boolean().describe("the level was not reached: value is the run's length"),
  }),
  z.strictObject({ kind: z.literal("diverged"), atStep: Step }),
  z.strictObject({ kind: z.literal("unmeasured") }),
]);
export type Side = z.infer<typeof Side>;

/** Both arms of one seed. */
export const Pair = z.strictObject({
  seed: z.number().int(),
  state: z
    .enum(["counted", "tie", "no-number", "open", "ahead"])
    .describe(
      "counted: in the test. tie: both diverged, both never reached the level, or equal. no-number: finished, but one side was not measured so. open: a run is not finished. ahead: finished before a seed that is listed earlier, so not counted yet",
    ),
  treatment: Side,
  control: Side.nullable().describe("null where the claim compares with a level"),
  won: z.boolean().nullable().describe("whether the treatment is as the claim's rule says"),
  difference: z.number().nullable().describe("treatment minus control, of logarithms where the claim is about a ratio"),
});
export type Pair = z.infer<typeof Pair>;

export const Estimate = z.strictObject({
  as: z.enum(["ratio", "difference"]),
  n: z.number().int(),
  mean: z.number(),
  low: z.number().nullable().describe("null: open, too few pairs can tell"),
  high: z.number().nullable(),
});
export type Estimate = z.infer<typeof Estimate>;

/** One volunteer, vendor of processors or kind of browser among a claim's counted pairs. */
export const Contributor = z.strictObject({
  name: z.string(),
  pairs: z.number().int().describe("counted pairs that it trained a part of"),
  without: DecidedKind.nullable().describe("what the test would have decided without those pairs; null: nothing"),
});
export type Contributor = z.infer<typeof Contributor>;

/** Who trained what a verdict rests on. */
export const Trust = z.strictObject({
  volunteers: z.array(Contributor).readonly(),
  vendors: z.array(Contributor).readonly(),
  browsers: z.array(Contributor).readonly(),
  survives: z.boolean().nullable().describe("the same without any one of them; null while nothing is decided"),
  doubts: z.array(z.string()).readonly().describe("why a decision is not a verdict yet, in words"),
});
export type Trust = z.infer<typeof Trust>;

/** Runs that are judged together, and never pooled with others: the study's own of one profile, or those of one rerun. */
export const Family = z.strictObject({
  profile: ProfileName,
  rerun: z
    .strictObject({ id: Slug, parent: Slug, ordinal: z.number().int().describe("each verdict's error is halved so often") })
    .nullable()
    .describe("null for the study's own"),
});
export type Family = z.infer<typeof Family>;

/** A claim judged by one family's runs: everything that a page says about it, and what it follows from. */
export const Judgement = z.strictObject({
  claim: z.string(),
  claimSha256: Sha256,
  family: Family,
  alpha: z.number().describe("probability, at most, that this verdict is wrong"),
  isPaperSize: z.boolean().describe("whether the runs are of the paper's own size; if not, sizes of effects are not compared"),
  verdict: z.enum([...DecidedKind.options, "undecided"]),
  why: z
    .enum(["more-pairs", "more-volunteers", "cap", "no-pairs", "no-number", "unpaired"])
    .nullable()
    .describe("why there is no verdict; more-volunteers: the test has decided, and rests on too few"),
  decidedAt: z.number().int().nullable().describe("counted pairs with which the verdict came to stand"),
  soFar: z
    .strictObject({ kind: DecidedKind, n: z.number().int() })
    .nullable()
    .describe("what the test has decided, and after how many pairs; a verdict once enough volunteers stand behind it"),
  n: z.number().int().describe("counted pairs"),
  wins: z.number().int().nullable(),
  ties: z.number().int(),
  llr: z.number().nullable().describe("log-likelihood ratio; null where an interval decides"),
  estimate: Estimate.nullable().describe("for display: anytime-valid at 95 %"),
  strict: Estimate.nullable().describe("the same at the family's error: what equivalence and weaker-than-reported go by"),
  remaining: z.number().int().nullable().describe("whole pairs expected to be needed still; null: more than can be had"),
  fewest: z.number().int().describe("whole pairs needed at the least"),
  planned: z.number().int().describe("pairs whose seeds are listed, up to the cap"),
  pairs: z.array(Pair).readonly(),
  trust: Trust,
  arms: z
    .array(z.strictObject({ experiment: Slug, variant: Slug }))
    .readonly()
    .describe("where its runs are trained: treatment, then control"),
  from: z.strictObject({
    experiments: z.array(z.strictObject({ id: Slug, metricsSha256: Sha256 })).readonly(),
    models: z.array(Sha256).readonly(),
  }),
});
export type Judgement = z.infer<typeof Judgement>;

/** `GET /api/verdicts`: the claims as judged by what a coordinator has; small beside the snapshot that they follow from. */
export const Verdicts = z.strictObject({
  protocol: z.number().int(),
  judgedAt: Instant.nullable().describe("null: nothing has been judged yet"),
  claims: z.number().int().describe("how many share a family's error"),
  shards: z.number().int().describe("accepted so far in the experiments judged"),
  families: z.array(z.strictObject({ family: Family, judgements: z.array(Judgement).readonly() })).readonly(),
  replication: Replication.optional().describe("pairs trained again on another vendor's devices; only with the study's own"),
});
export type Verdicts = z.infer<typeof Verdicts>;
