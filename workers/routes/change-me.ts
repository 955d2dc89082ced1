import { createFactory } from "hono/factory";
import { Me, MeChange } from "../../shared/protocol/session.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { describe } from "../describe.ts";
import { keeperOf } from "../identity/homes.ts";
import { requireSession } from "../identity/require-session.ts";
import { problemResponse } from "../problem.ts";

export const changeMe = createFactory<Api>().createHandlers(
  describe({
    operationId: "changeMe",
    summary: "Change this volunteer's name, or whether it is listed",
    description: "The name is shown with all of its results, also with earlier ones.",
    tags: ["volunteer"],
    bearer: "session",
    replies: { 200: { description: "As it is now.", body: Me } },
    refusals: {
      ...BODY_REFUSALS,
      401: "No session",
      404: "No such volunteer",
      429: "Too many requests, or too many changes",
    },
  }),
  atMost(4 * 1024),
  jsonBody(MeChange),
  requireSession,
  async (c) => {
    const { volunteer, network } = c.var.session;
    const keeper = await keeperOf(c.env, volunteer);
    const reply = await keeper.changeMe({ volunteer, network }, c.req.valid("json"));
    return reply.ok ? c.json(reply.value) : problemResponse(reply.problem);
  },
);
