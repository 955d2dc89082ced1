import { createFactory } from "hono/factory";
import { LogEntry } from "../../shared/protocol/action-log.ts";
import { PauseRequest } from "../../shared/protocol/operator.ts";
import { type Api, atMost, jsonBody } from "../admission.ts";
import { requireOperator } from "../bearer.ts";
import { describe } from "../describe.ts";
import { OPERATOR_REFUSALS } from "../operator/refusals.ts";
import { problemResponse } from "../problem.ts";
import { study, studyIndex } from "../study.ts";

export const operatorResume = createFactory<Api>().createHandlers(
  describe({
    operationId: "resume",
    summary: "Lease out again what was paused",
    description: "An experiment that was paused by itself stays so when the whole study is resumed.",
    tags: ["operator"],
    bearer: "operatorToken",
    replies: { 200: { description: "Its entry in the action log.", body: LogEntry } },
    refusals: { ...OPERATOR_REFUSALS, 400: "Malformed request", 404: "No such experiment", 409: "It is so already" },
  }),
  requireOperator,
  atMost(4 * 1024),
  jsonBody(PauseRequest),
  async (c) => {
    await studyIndex(c.env);
    const reply = await study(c.env).setPaused(c.req.valid("json"), false);
    return reply.ok ? c.json(reply.value satisfies LogEntry) : problemResponse(reply.problem);
  },
);
