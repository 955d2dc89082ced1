import { z } from "zod";
import { Instant, Slug } from "./primitives.ts";

/** `GET /api/versions`: what there is and how new it is, so that a page asks only for what has changed. */
export const StudyVersions = z.strictObject({
  protocol: z.number().int(),
  experiments: z.array(
    z.strictObject({
      id: Slug,
      version: z.number().int().describe("of its snapshot: GET /api/snapshot/<id>"),
      publishedAt: Instant,
    }),
  ),
  volunteers: z.string().nullable().describe("changes when GET /api/volunteers does; null: nobody yet"),
});
export type StudyVersions = z.infer<typeof StudyVersions>;
