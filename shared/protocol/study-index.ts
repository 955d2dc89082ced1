import { z } from "zod";
import { Sha256, Slug } from "./primitives.ts";

/** Which experiments there are; one value in KV. */
export const StudyIndex = z.strictObject({
  studySha256: Sha256.describe("of the study's own headers: a deployment with other plans has another"),
  own: z.array(Slug),
  reruns: z.array(Slug),
});
export type StudyIndex = z.infer<typeof StudyIndex>;
