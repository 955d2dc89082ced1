import { createFactory } from "hono/factory";
import { LogEntry } from "../../shared/protocol/action-log.ts";
import { PauseRequest } from "../../shared/protocol/operator.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { requireOperator } from "../bearer.ts";
import { describe } from "../describe.ts";
import { OPERATOR_REFUSALS } from "../operator/refusals.ts";
import { problemResponse } from "../problem.ts";
import { study, studyIndex } from "../study.ts";

/** @param paused what the study is to be afterwards */
const setPaused = (paused: boolean, words: { operationId: string; summary: string; description: string }) =>
  createFactory<Api>().createHandlers(
    describe({
      ...words,
      tags: ["operator"],
      bearer: "operatorToken",
      replies: { 200: { description: "Its entry in the action log.", body: LogEntry } },
      refusals: { ...BODY_REFUSALS, ...OPERATOR_REFUSALS, 404: "No such experiment", 409: "It is so already" },
    }),
    requireOperator,
    atMost(4 * 1024),
    jsonBody(PauseRequest),
    async (c) => {
      await studyIndex(c.env);
      const reply = await study(c.env).setPaused(c.req.valid("json"), paused);
      return reply.ok ? c.json(reply.value satisfies LogEntry) : problemResponse(reply.problem);
    },
  );

export const operatorPause = setPaused(true, {
  operationId: "pause",
  summary: "Lease out nothing more, of an experiment or of the whole study",
  description: "What is being trained may still be handed in. Volunteers that ask are told the reason. The action log says so.",
});

export const operatorResume = setPaused(false, {
  operationId: "resume",
  summary: "Lease out again what was paused",
  description: "An experiment that was paused by itself stays so when the whole study is resumed.",
});
