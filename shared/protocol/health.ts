import { z } from "zod";
import { ProfileName } from "./experiment.ts";

/** `GET /api/health` */
export const Health = z.strictObject({ ok: z.literal(true), protocol: z.number().int(), profile: ProfileName });
export type Health = z.infer<typeof Health>;
