import { createFactory } from "hono/factory";
import { Commit, CommitReply } from "../../shared/protocol/audit.ts";
import { type Api, atMost, jsonBody } from "../admission.ts";
import { experimentOf } from "../coordinator/names.ts";
import { describe } from "../describe.ts";
import { requireSession } from "../identity/require-session.ts";
import { leaseParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";
import { coordinator } from "../study.ts";

export const commit = createFactory<Api>().createHandlers(
  describe({
    operationId: "commit",
    summary: "Bind an interval that was trained",
    description:
      "At every multiple of the lease's `commitEvery` and at its end. The answer says whether the interval was drawn for an audit; then its checkpoints must be stored before the result is handed in. Keeps the lease alive, and is idempotent.",
    tags: ["volunteer"],
    bearer: "session",
    parameters: [leaseParameter],
    replies: { 200: { description: "Bound.", body: CommitReply } },
    refusals: {
      400: "Malformed request",
      401: "No session",
      403: "Another volunteer's lease",
      404: "No such lease",
      410: "The lease is over: expired, returned or resolved",
      422: "Not the interval that comes next",
      429: "Too many requests",
    },
  }),
  atMost(4 * 1024),
  jsonBody(Commit),
  requireSession,
  async (c) => {
    const id = c.req.param("id") ?? "";
    const reply = await coordinator(c.env, experimentOf(id)).commit(id, c.var.session.volunteer, c.req.valid("json"));
    return reply.ok ? c.json(reply.value) : problemResponse(reply.problem);
  },
);
