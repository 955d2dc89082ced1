import { createFactory } from "hono/factory";
import { Heartbeat, HeartbeatReply } from "../../shared/protocol/lease.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { describe } from "../describe.ts";
import { granterOf } from "../gateway/granters.ts";
import { requireSession } from "../identity/require-session.ts";
import { leaseParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";

export const heartbeat = createFactory<Api>().createHandlers(
  describe({
    operationId: "heartbeat",
    summary: "Keep a lease alive",
    tags: ["volunteer"],
    bearer: "session",
    parameters: [leaseParameter],
    replies: { 200: { description: "The new deadline.", body: HeartbeatReply } },
    refusals: {
      ...BODY_REFUSALS,
      401: "No session",
      403: "Another volunteer's lease",
      404: "No such lease",
      410: "The lease is over: expired, returned or resolved",
      422: "A step outside the lease's shard",
    },
  }),
  atMost(4 * 1024),
  jsonBody(Heartbeat),
  requireSession,
  async (c) => {
    const id = c.req.param("id") ?? "";
    const reply = await granterOf(c.env, id).heartbeat(id, c.var.session.volunteer, c.req.valid("json"));
    return reply.ok ? c.json(reply.value) : problemResponse(reply.problem);
  },
);
