import { createFactory } from "hono/factory";
import { LogEntry } from "../../shared/protocol/action-log.ts";
import { RestoreEnd } from "../../shared/protocol/bundle.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { requireOperator } from "../bearer.ts";
import { describe } from "../describe.ts";
import { OPERATOR_REFUSALS } from "../operator/refusals.ts";
import { study, studyIndex } from "../study.ts";

export const operatorRestoreEnd = createFactory<Api>().createHandlers(
  describe({
    operationId: "restoreEnd",
    summary: "All lines of a bundle have been sent: publish, and say so in the log",
    tags: ["operator"],
    bearer: "operatorToken",
    replies: { 200: { description: "The entry in the action log.", body: LogEntry } },
    refusals: { ...BODY_REFUSALS, ...OPERATOR_REFUSALS },
  }),
  requireOperator,
  atMost(4 * 1024),
  jsonBody(RestoreEnd),
  async (c) => {
    await studyIndex(c.env);
    return c.json((await study(c.env).endRestore(c.req.valid("json"))) satisfies LogEntry);
  },
);
