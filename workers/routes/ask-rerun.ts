import { createFactory } from "hono/factory";
import { Rerun, RerunRequest } from "../../shared/protocol/rerun.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { requireToken } from "../bearer.ts";
import { describe } from "../describe.ts";
import { problem, problemResponse } from "../problem.ts";
import { study, studyIndex } from "../study.ts";

export const askRerun = createFactory<Api>().createHandlers(
  describe({
    operationId: "askRerun",
    summary: "Train an experiment again",
    description: "Makes a new experiment, linked to its parent and never pooled with it. Fresh seeds, or one factor changed.",
    tags: ["reruns"],
    bearer: "rerunToken",
    parameters: [
      { name: "Idempotency-Key", in: "header", description: "asking again under the same key answers the first rerun" },
    ],
    replies: { 201: { description: "The rerun; its page and its data are in the answer.", body: Rerun } },
    refusals: {
      ...BODY_REFUSALS,
      401: "No token",
      403: "Wrong token",
      404: "No such experiment or variant",
      422: "Cannot be run as asked, or the Idempotency-Key belongs to another request",
      503: "Reruns are switched off here",
    },
  }),
  requireToken,
  atMost(16 * 1024),
  jsonBody(RerunRequest),
  async (c) => {
    const key = c.req.header("idempotency-key") ?? null;
    if (key !== null && !/^[\x21-\x7e]{1,200}$/.test(key)) {
      const detail = `Idempotency-Key: got ${key.length} characters, want 1 to 200 visible ASCII ones`;
      return problemResponse(problem(400, { title: "Malformed request", detail }));
    }
    await studyIndex(c.env);
    const reply = await study(c.env).askRerun(c.req.valid("json"), key);
    if (!reply.ok) return problemResponse(reply.problem);
    const { rerun, repeated } = reply.value;
    return c.json(rerun, 201, { location: `/api/reruns/${rerun.id}`, ...(repeated && { "idempotency-replayed": "true" }) });
  },
);
