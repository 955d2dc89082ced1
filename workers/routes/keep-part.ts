import { createFactory } from "hono/factory";
import { HeartbeatReply } from "../../shared/protocol/lease.ts";
import { Part } from "../../shared/protocol/result.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { MAX_RESULT_BYTES } from "../coordinator/plan-limits.ts";
import { describe } from "../describe.ts";
import { granterOf } from "../gateway/granters.ts";
import { requireSession } from "../identity/require-session.ts";
import { leaseParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";

/** What stands around a result: its signature. */
const ENVELOPE_BYTES = 4 * 1024;

export const keepPart = createFactory<Api>().createHandlers(
  describe({
    operationId: "keepPart",
    summary: "Leave behind what was trained so far",
    description:
      "A result with `toStep`, signed and checked as one that is handed in; its end checkpoint must have been stored, and everything until there bound. It takes the place of the part before, keeps the lease alive, and counts only if the lease ends without a result and somebody else goes on: from there, then.",
    tags: ["volunteer"],
    bearer: "session",
    parameters: [leaseParameter],
    replies: { 200: { description: "Kept.", body: HeartbeatReply } },
    refusals: {
      ...BODY_REFUSALS,
      401: "No session",
      403: "Another volunteer's lease",
      404: "No such lease",
      409: "The shard was resolved by another result",
      410: "The lease is over, and its shard with somebody else",
      422: "The result contradicts its lease, or is not signed by its volunteer, or ends where no part may end; nothing was stored",
      429: "Too many requests, or too many results from one place",
    },
  }),
  atMost(MAX_RESULT_BYTES + ENVELOPE_BYTES),
  jsonBody(Part),
  requireSession,
  async (c) => {
    const id = c.req.param("id") ?? "";
    const { volunteer, network } = c.var.session;
    const reply = await granterOf(c.env, id).keepPart(id, { volunteer, network }, c.req.valid("json"));
    return reply.ok ? c.json(reply.value) : problemResponse(reply.problem);
  },
);
