import { z } from "zod";

/** SHA-256 in lower-case hexadecimal. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "want 64 lower-case hexadecimal digits (SHA-256)");

/** Names of experiments, variants, shards: they stand in URLs and object names. */
export const Slug = z
  .string()
  .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, "want lower-case letters, digits, dots and dashes")
  .max(100);

/** `<experiment>.<uuid>`: a lease's id says which experiment granted it, so that no table has to be asked. */
export const LeaseId = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "want <experiment>.<uuid>")
  .max(140);

/** A step of the optimizer, counted from 0. */
export const Step = z.number().int().min(0).max(10_000_000);

/** A share between 0 and 1; it becomes a percentage only on the page. */
export const Fraction = z.number().min(0).max(1);

/** Cross-entropy in nats; null where it was not a finite number (JSON has no NaN). */
export const Loss = z.number().nullable();

/** An instant, ISO 8601 in UTC. */
export const Instant = z.iso.datetime();
