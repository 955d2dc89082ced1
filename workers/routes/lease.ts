import { createFactory } from "hono/factory";
import { LeaseReply, LeaseRequest } from "../../shared/protocol/lease.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { describe } from "../describe.ts";
import { grantLease } from "../grant-lease.ts";
import { requireSession } from "../identity/require-session.ts";
import { problemResponse } from "../problem.ts";

export const lease = createFactory<Api>().createHandlers(
  describe({
    operationId: "lease",
    summary: "Ask for a shard to train",
    description:
      "Without `experiment`, the runs come first that undecided claims wait for most, one lease in five goes round the claims, and every experiment and rerun is asked, in an order that starves none. `serves` says which claims a shard is trained for. The deep linear network needs float64, so `webgpu` gets none of its shards, and `wasm` is offered them first. A device that says in `memory` what it can give gets only shards that fit it.",
    tags: ["volunteer"],
    bearer: "session",
    replies: {
      200: { description: "Nothing to train now; come back after `Retry-After` seconds.", body: LeaseReply },
      201: { description: "A lease.", body: LeaseReply },
    },
    refusals: {
      ...BODY_REFUSALS,
      401: "No session",
      404: "No such experiment",
      426: "Another protocol version: reload the page",
    },
  }),
  atMost(8 * 1024),
  jsonBody(LeaseRequest),
  requireSession,
  async (c) => {
    const { volunteer, network } = c.var.session;
    const reply = await grantLease(c.env, { ...c.req.valid("json"), volunteer, network });
    if (!reply.ok) return problemResponse(reply.problem);
    if (reply.value.kind === "lease") return c.json(reply.value, 201);
    return c.json(reply.value, 200, { "retry-after": String(reply.value.retryAfterSeconds) });
  },
);
