import { z } from "zod";
import { Sha256, Slug } from "./primitives.ts";

/** Which experiments there are; one value in KV. */
export const StudyIndex = z.strictObject({
  studySha256: Sha256.describe("of the study's own headers: a deployment with other plans has another"),
  own: z.array(Slug),
  reruns: z.array(Slug),
  replicas: z
    .array(Slug)
    .optional()
    .describe("where drawn pairs are trained again on another vendor's devices; absent: nowhere yet"),
});
export type StudyIndex = z.infer<typeof StudyIndex>;
