import { createFactory } from "hono/factory";
import { Me } from "../../shared/protocol/session.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { requireSession } from "../identity/require-session.ts";
import { problemResponse } from "../problem.ts";
import { study } from "../study.ts";

export const readMe = createFactory<Api>().createHandlers(
  describe({
    operationId: "readMe",
    summary: "What the coordinator knows of this session's volunteer",
    tags: ["volunteer"],
    bearer: "session",
    replies: { 200: { description: "Its name, whether it is listed, and what it gave.", body: Me } },
    refusals: { 401: "No session", 404: "No such volunteer" },
  }),
  requireSession,
  async (c) => {
    const reply = await study(c.env).me(c.var.session.volunteer);
    return reply.ok ? c.json(reply.value) : problemResponse(reply.problem);
  },
);
