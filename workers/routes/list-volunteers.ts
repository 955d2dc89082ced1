import { createFactory } from "hono/factory";
import { Volunteers } from "../../shared/protocol/session.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { readVolunteers } from "../metrics-kv.ts";

/** Read from KV alone, so that readers never reach a Durable Object. */
export const listVolunteers = createFactory<Api>().createHandlers(
  describe({
    operationId: "listVolunteers",
    summary: "Volunteers' names, and the list of those who wish to stand on it",
    tags: ["report"],
    replies: { 200: { description: "Names by volunteers' ids, and who gave how much.", body: Volunteers } },
  }),
  async (c) =>
    c.body(await readVolunteers(c.env.METRICS), 200, {
      "content-type": "application/json",
      "cache-control": "public, max-age=2",
    }),
);
