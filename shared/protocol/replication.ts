import { z } from "zod";
import { Slug } from "./primitives.ts";

/** How far a replica came out from the first run, and how far two seeds come out from each other. */
const Compared = z.strictObject({
  difference: z.number(),
  betweenSeeds: z.number().nullable().describe("what two seeds may differ by; null: too few seeds are finished to tell"),
});

/** One run, trained twice: same seed, same model, devices of different vendors. */
export const ReplicaRun = z.strictObject({
  variant: Slug,
  vendors: z.array(z.string()).readonly().describe("whose devices trained it first"),
  again: z.array(z.string()).readonly().nullable().describe("whose trained it again; null: nobody's yet"),
  final: Compared.nullable().describe(
    "of the last value: accuracy on the test set, or ln of the training loss; null where one diverged",
  ),
  curve: Compared.nullable().describe("mean distance along the run; null where one diverged"),
  agrees: z.boolean().nullable().describe("null: not known yet"),
});
export type ReplicaRun = z.infer<typeof ReplicaRun>;

/** Pairs that are trained again on another vendor's devices: one in twenty, drawn by name. They stand in no verdict. */
export const Replication = z.strictObject({
  drawn: z.number().int().describe("pairs (seeds, with every variant)"),
  replicated: z.number().int(),
  agree: z.number().int().describe("of those, within the spread between seeds"),
  differ: z.number().int(),
  pairs: z.array(
    z.strictObject({
      experiment: Slug,
      replica: Slug.describe("where the replicas are trained"),
      seed: z.number().int(),
      state: z.enum(["first runs not finished", "waits for another vendor", "replicated"]),
      agrees: z.boolean().nullable(),
      runs: z.array(ReplicaRun).readonly(),
    }),
  ),
});
export type Replication = z.infer<typeof Replication>;
