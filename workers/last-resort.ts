import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { problem, problemResponse } from "./problem.ts";
import { BodyRefused } from "./steady-body.ts";
import { isPassing } from "./storage-failure.ts";

/** An address under /api that does not exist, or not with this method. */
export function noSuchEndpoint(c: Context): Response {
  return problemResponse(
    problem(404, {
      title: "No such endpoint",
      detail: `got ${c.req.method} ${c.req.path}`,
      remedy: "GET /api/openapi.json describes every endpoint.",
    }),
  );
}

/** What no endpoint expected. A bug is logged with its cause; the caller learns only that it was ours. */
export function unexpected(error: Error, c: Context): Response {
  if (error instanceof HTTPException) {
    return problemResponse(
      problem(error.status, { title: "Malformed request", detail: `${error.message}. Nothing was stored.` }),
    );
  }
  console.error(`${c.req.method} ${c.req.path}`, error);
  if (error instanceof BodyRefused) return problemResponse(error.problem);
  if (isPassing(error)) {
    return problemResponse(
      problem(503, {
        title: "Storage does not answer",
        detail: "What the coordinator keeps things in does not answer now. Nothing of this request counts.",
        remedy: "Try again in a minute; volunteers do so by themselves.",
        retryAfterSeconds: 30,
      }),
    );
  }
  return problemResponse(
    problem(500, {
      title: "The coordinator failed",
      detail: "This is our mistake, not yours.",
      remedy: "Try again in a minute.",
    }),
  );
}
