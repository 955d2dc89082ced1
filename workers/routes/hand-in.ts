import { createFactory } from "hono/factory";
import { HandIn, ResultReply } from "../../shared/protocol/result.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { MAX_RESULT_BYTES } from "../coordinator/plan-limits.ts";
import { describe } from "../describe.ts";
import { granterOf } from "../gateway/granters.ts";
import { grantLease } from "../grant-lease.ts";
import { requireSession } from "../identity/require-session.ts";
import { leaseParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";

/** What stands around a result: its signature, and the request for the next lease. */
const ENVELOPE_BYTES = 16 * 1024;

export const handIn = createFactory<Api>().createHandlers(
  describe({
    operationId: "handIn",
    summary: "Hand in the result of a lease",
    description:
      "Signed by the volunteer's key. Idempotent: the same result again answers `repeated`. The end checkpoint must have been stored before. A late result is accepted as long as nobody else has the shard. With `next` the answer brings the next lease along.",
    tags: ["volunteer"],
    bearer: "session",
    parameters: [leaseParameter],
    replies: { 200: { description: "Accepted, now or before.", body: ResultReply } },
    refusals: {
      ...BODY_REFUSALS,
      401: "No session",
      403: "Another volunteer's lease",
      404: "No such lease",
      409: "The shard was resolved by another result",
      410: "The lease is over and its shard was leased to another volunteer",
      422: "The result contradicts its lease, or is not signed by its volunteer; nothing was stored",
      429: "Too many requests, or too many results from one place",
    },
  }),
  atMost(MAX_RESULT_BYTES + ENVELOPE_BYTES),
  jsonBody(HandIn),
  requireSession,
  async (c) => {
    const id = c.req.param("id") ?? "";
    const signed = c.req.valid("json");
    const { volunteer, network } = c.var.session;
    const reply = await granterOf(c.env, id).handIn(id, { volunteer, network }, signed);
    if (!reply.ok) return problemResponse(reply.problem);
    const next = signed.next && (await grantLease(c.env, { ...signed.next, volunteer, network }));
    // The result is in; whoever gets no next lease with it asks for one and then hears why not.
    return c.json({ ...reply.value, ...(next?.ok && { next: next.value }) });
  },
);
