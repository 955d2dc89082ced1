import { createFactory } from "hono/factory";
import { VoidReply, VoidRequest } from "../../shared/protocol/operator.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { requireOperator } from "../bearer.ts";
import { describe } from "../describe.ts";
import { OPERATOR_REFUSALS } from "../operator/refusals.ts";
import { study, studyIndex } from "../study.ts";

export const operatorVoid = createFactory<Api>().createHandlers(
  describe({
    operationId: "void",
    summary: "Take a volunteer's results out of every experiment",
    description:
      "And what continued from them. Nothing is deleted: the results stay readable as voided, runs go back to their last good checkpoints, and the same seeds are leased again. The volunteer gets no more leases. The action log says so. Doing so again changes nothing.",
    tags: ["operator"],
    bearer: "operatorToken",
    replies: { 200: { description: "How many results no longer count.", body: VoidReply } },
    refusals: { ...BODY_REFUSALS, ...OPERATOR_REFUSALS },
  }),
  requireOperator,
  atMost(4 * 1024),
  jsonBody(VoidRequest),
  async (c) => {
    await studyIndex(c.env);
    const { volunteer, reason } = c.req.valid("json");
    return c.json({ results: await study(c.env).void(volunteer, reason) } satisfies VoidReply);
  },
);
