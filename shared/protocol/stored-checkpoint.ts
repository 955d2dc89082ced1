import { z } from "zod";
import { Sha256 } from "./primitives.ts";

/** The answer to `PUT /api/checkpoints/:sha256`. */
export const StoredCheckpoint = z.strictObject({ sha256: Sha256, bytes: z.number().int() });
export type StoredCheckpoint = z.infer<typeof StoredCheckpoint>;
