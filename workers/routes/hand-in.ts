import { createFactory } from "hono/factory";
import { Result, ResultReply } from "../../shared/protocol/result.ts";
import { type Api, atMost, jsonBody } from "../admission.ts";
import { experimentOf } from "../coordinator/names.ts";
import { MAX_RESULT_BYTES } from "../coordinator/plan-limits.ts";
import { describe } from "../describe.ts";
import { leaseParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";
import { coordinator } from "../study.ts";

export const handIn = createFactory<Api>().createHandlers(
  describe({
    operationId: "handIn",
    summary: "Hand in the result of a lease",
    description:
      "Idempotent: the same result again answers `repeated`. The end checkpoint must have been stored before. A late result is accepted as long as nobody else has the shard.",
    tags: ["volunteer"],
    parameters: [leaseParameter],
    replies: { 200: { description: "Accepted, now or before.", body: ResultReply } },
    refusals: {
      400: "Malformed request",
      404: "No such lease",
      409: "The shard was resolved by another result",
      410: "The lease is over and its shard was leased to another volunteer",
      413: "Body too large",
      422: "The result contradicts its lease; nothing was stored",
      429: "Too many requests",
    },
  }),
  atMost(MAX_RESULT_BYTES),
  jsonBody(Result),
  async (c) => {
    const id = c.req.param("id") ?? "";
    const reply = await coordinator(c.env, experimentOf(id)).handIn(id, c.req.valid("json"));
    return reply.ok ? c.json(reply.value) : problemResponse(reply.problem);
  },
);
