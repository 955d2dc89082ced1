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

/** A volunteer's name for the machine: SHA-256 of its public key's raw bytes. Whoever holds the key is that volunteer; it says nothing about a person. */
export const VolunteerId = Sha256;

/** The name a volunteer chose to be shown by. */
export const Alias = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[^\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]*$/u, "want a name without control characters")
  .regex(/[\p{L}\p{N}\p{S}\p{P}]/u, "want a name that can be seen");

/** An ECDSA public key on P-256: the point's 65 bytes, uncompressed, in base64url. */
export const PublicKey = z
  .string()
  .regex(/^B[A-P][A-Za-z0-9_-]{85}$/, "want a P-256 public key (65 bytes, uncompressed, base64url)");

/** An ECDSA signature with SHA-256: r and s, 64 bytes, in base64url. */
export const Signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/, "want a signature (64 bytes, base64url)");

/** A step of the optimizer, counted from 0. */
export const Step = z.number().int().min(0).max(10_000_000);

/** A share between 0 and 1; it becomes a percentage only on the page. */
export const Fraction = z.number().min(0).max(1);

/** Cross-entropy in nats; null where it was not a finite number (JSON has no NaN). */
export const Loss = z.number().nullable();

/** An instant, ISO 8601 in UTC. */
export const Instant = z.iso.datetime();
