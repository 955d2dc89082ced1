import { createFactory } from "hono/factory";
import { CommitReply, Commits } from "../../shared/protocol/audit.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { describe } from "../describe.ts";
import { granterOf } from "../gateway/granters.ts";
import { requireSession } from "../identity/require-session.ts";
import { leaseParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";

export const commit = createFactory<Api>().createHandlers(
  describe({
    operationId: "commit",
    summary: "Bind intervals that were trained",
    description:
      "An interval ends at every multiple of the lease's `commitEvery`, and where the shard ends; several may come in one call, in order. The answer says which were drawn for an audit, by their checkpoints: these must be stored before the result is handed in. Keeps the lease alive, and is idempotent.",
    tags: ["volunteer"],
    bearer: "session",
    parameters: [leaseParameter],
    replies: { 200: { description: "Bound.", body: CommitReply } },
    refusals: {
      ...BODY_REFUSALS,
      401: "No session",
      403: "Another volunteer's lease",
      404: "No such lease",
      410: "The lease is over: expired, returned or resolved",
      422: "Not the interval that comes next",
    },
  }),
  atMost(64 * 1024),
  jsonBody(Commits),
  requireSession,
  async (c) => {
    const id = c.req.param("id") ?? "";
    const reply = await granterOf(c.env, id).commit(id, c.var.session.volunteer, c.req.valid("json"));
    return reply.ok ? c.json(reply.value) : problemResponse(reply.problem);
  },
);
