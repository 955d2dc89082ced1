import { createFactory } from "hono/factory";
import { Me } from "../../shared/protocol/session.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { keeperOf } from "../identity/homes.ts";
import { requireSession } from "../identity/require-session.ts";
import { problemResponse } from "../problem.ts";

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
    const { volunteer } = c.var.session;
    const keeper = await keeperOf(c.env, volunteer);
    const reply = await keeper.me(volunteer);
    return reply.ok ? c.json(reply.value) : problemResponse(reply.problem);
  },
);
