import { createMiddleware } from "hono/factory";
import type { Api } from "../admission.ts";
import { problem, problemResponse } from "../problem.ts";
import { serverSecret } from "./secret.ts";
import { openToken } from "./token.ts";

/** Lets through who sends the token of a session that still runs; `c.var.session` says whose. */
export const requireSession = createMiddleware<Api>(async (c, next) => {
  const given = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const session = given === undefined ? null : await openToken(await serverSecret(c.env), given);
  if (!session || session.expires <= Date.now()) {
    const got = given === undefined ? "no token" : session ? "a token that has expired" : "a token that was not given out here";
    const detail = `Authorization: got ${got}, want that of a session`;
    const remedy = "Open a session: sign what GET /api/challenge gives and POST /api/sessions. No account is needed.";
    return problemResponse(problem(401, { title: "No session", detail, remedy }), {
      "www-authenticate": 'Bearer realm="volunteers"',
    });
  }
  c.set("session", session);
  return next();
});
