import { createFactory } from "hono/factory";
import { z } from "zod";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";

const Health = z.strictObject({ ok: z.literal(true), protocol: z.number().int(), profile: z.string() });

export const health = createFactory<Api>().createHandlers(
  describe({
    operationId: "health",
    summary: "Is the coordinator there, and what does it speak?",
    tags: ["report"],
    replies: { 200: { description: "It is.", body: Health } },
  }),
  (c) => c.json({ ok: true, protocol: PROTOCOL_VERSION, profile: c.env.PROFILE } satisfies z.infer<typeof Health>),
);
