import { createFactory } from "hono/factory";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { granterOf } from "../gateway/granters.ts";
import { leaseParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";

/** No body is read: a closing tab sends this with `navigator.sendBeacon`, whatever content type that has. */
export const giveBack = createFactory<Api>().createHandlers(
  describe({
    operationId: "giveBack",
    summary: "Give a lease back",
    description: "Idempotent, and needs no body, so that `navigator.sendBeacon` can send it.",
    tags: ["volunteer"],
    parameters: [leaseParameter],
    replies: { 204: { description: "The lease is over.", body: null } },
    refusals: { 404: "No such lease", 429: "Too many requests" },
  }),
  async (c) => {
    const id = c.req.param("id") ?? "";
    const reply = await granterOf(c.env, id).giveBack(id);
    return reply.ok ? c.body(null, 204) : problemResponse(reply.problem);
  },
);
