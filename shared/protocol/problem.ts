import { z } from "zod";

/** Body of every 4xx and 5xx (RFC 9457 `application/problem+json`): what was got, what was wanted, where, and what to do. */
export const Problem = z.strictObject({
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  remedy: z.string().optional(),
  retryAfterSeconds: z.number().positive().optional().describe("as the header Retry-After says"),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
