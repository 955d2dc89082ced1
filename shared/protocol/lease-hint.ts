import { z } from "zod";
import { ClaimServed } from "./lease.ts";
import { Sha256, Slug } from "./primitives.ts";

/** Which runs are worth most now, and for what; one value in KV, read with every lease. It decides about order only: a lost one costs nothing but that. */
export const LeaseHint = z.strictObject({
  studySha256: Sha256.describe("of the plans and claims that it was made for"),
  pairs: z
    .array(
      z.strictObject({
        runs: z.array(z.strictObject({ experiment: Slug, variant: Slug, seed: z.number().int() })),
        why: z.enum(["evidence", "round-robin"]),
      }),
    )
    .describe("best first; each was chosen as if those before it were being trained"),
  waiting: z
    .array(
      z.strictObject({
        ...ClaimServed.shape,
        arms: z.array(z.strictObject({ experiment: Slug, variant: Slug })).readonly(),
        seeds: z.array(z.number().int()).readonly(),
      }),
    )
    .describe("undecided claims, nearest to a verdict first"),
  replicas: z
    .array(
      z.strictObject({
        ...{ experiment: Slug, variant: Slug, seed: z.number().int() },
        vendors: z.array(z.string()).readonly(),
        volunteers: z.array(z.string()).readonly(),
      }),
    )
    .optional()
    .describe("finished runs that were drawn to be trained again, by others and on devices of other vendors than these"),
});
export type LeaseHint = z.infer<typeof LeaseHint>;
