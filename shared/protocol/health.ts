import { z } from "zod";
import { ProfileName } from "./experiment.ts";

/** `GET /api/health` */
export const Health = z.strictObject({
  ok: z.literal(true),
  protocol: z.number().int(),
  profile: ProfileName,
  deployment: z.string(),
  upSeconds: z.number().int().describe("of the isolate that answers; there may be many"),
  counts: z.record(z.string(), z.number().int()).describe("its requests by endpoint, refusals by their status"),
});
export type Health = z.infer<typeof Health>;
