import { z } from "zod";
import { Alias, Instant, PublicKey, Signature, VolunteerId } from "./primitives.ts";

/** `GET /api/challenge`: what to sign, to show that one holds a key. */
export const Challenge = z.strictObject({
  challenge: z.string().max(200),
  expiresAt: Instant,
  turnstile: z.string().nullable().describe("site key of the check that a session needs here; null: none is asked for"),
});
export type Challenge = z.infer<typeof Challenge>;

/** `POST /api/sessions`: a volunteer shows its key. There are no accounts: a new key is a new volunteer. */
export const SessionRequest = z.strictObject({
  protocol: z.number().int(),
  publicKey: PublicKey,
  challenge: z.string().max(200),
  signature: Signature.describe("over `batchnorm-at-home session <challenge>`"),
  alias: Alias.optional().describe("the name shown with this volunteer's results; absent: as it was"),
  turnstile: z.string().max(2048).optional().describe("the answer to the check, where one is asked for"),
});
export type SessionRequest = z.infer<typeof SessionRequest>;

/** The right to act for one volunteer for some hours, sent as `Authorization: Bearer <token>`. */
export const Session = z.strictObject({
  token: z.string().max(400),
  volunteer: VolunteerId,
  alias: Alias.nullable(),
  expiresAt: Instant,
});
export type Session = z.infer<typeof Session>;

/** `PUT /api/me`: what a volunteer may change about itself. */
export const MeChange = z.strictObject({
  alias: Alias.nullable().optional().describe("null: none; absent: as it was"),
  listed: z.boolean().optional().describe("whether to stand on the list of volunteers; absent: as it was"),
});
export type MeChange = z.infer<typeof MeChange>;

const gave = {
  shards: z.number().int().describe("accepted, over all experiments"),
  steps: z.number().int().describe("of the optimizer, in those shards"),
};

/** What the coordinator knows of the volunteer who asks. */
export const Me = z.strictObject({ volunteer: VolunteerId, alias: Alias.nullable(), listed: z.boolean(), ...gave });
export type Me = z.infer<typeof Me>;

/** `GET /api/volunteers`: names for the volunteers in results, and the list of those who wish to stand on it. */
export const Volunteers = z.strictObject({
  names: z.record(VolunteerId, Alias).describe("of everyone who chose a name and gave something"),
  list: z
    .array(
      z.strictObject({
        ...{ volunteer: VolunteerId, alias: Alias.nullable(), ...gave },
        audited: z
          .number()
          .int()
          .optional()
          .describe("of these steps, those of shards that passed an audit; absent: nobody counted"),
      }),
    )
    .describe("who wishes to be listed, most audited steps first"),
});
export type Volunteers = z.infer<typeof Volunteers>;
