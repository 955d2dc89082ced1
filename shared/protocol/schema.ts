import type { z } from "zod";

/** Any schema of this folder. */
export type Schema<T = unknown> = z.ZodType<T>;
