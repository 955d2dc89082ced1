import { createMiddleware } from "hono/factory";
import { validator } from "hono-openapi";
import { explainIssues } from "../shared/protocol/explain.ts";
import type { Schema } from "../shared/protocol/schema.ts";
import type { SessionOf } from "./identity/token.ts";
import { PROTOCOL_VERSION } from "../shared/protocol/version.ts";
import { problem, problemResponse, summary } from "./problem.ts";
import { tooLarge, wholeBody } from "./steady-body.ts";

/** What stands at the door: how often, how much, in which shape. Past it, every value has its type. */

/** The Worker's bindings as Hono wants them, and what a request carries on its way through. */
export interface Api {
  Bindings: Env;
  /** `session`: past `requireSession` only. */
  Variables: { session: SessionOf };
}

/** Writes per network address; Cloudflare counts approximately and per location. Reading is bounded by KV's and the browser's caches. */
export const writeLimit = createMiddleware<Api>(async (c, next) => {
  const isWrite = c.req.method !== "GET" && c.req.method !== "HEAD" && c.req.method !== "OPTIONS";
  // Locally there is no such header, and one machine is one address.
  const address = c.req.header("cf-connecting-ip") ?? "local";
  if (isWrite && !(await c.env.WRITE_LIMIT.limit({ key: address })).success) {
    return problemResponse(
      problem(429, {
        title: "Too many requests",
        detail: "More than 600 writes within a minute came from this address.",
        remedy: "Wait a minute; volunteers do so by themselves.",
        retryAfterSeconds: 60,
      }),
    );
  }
  return next();
});

/** How every endpoint that takes a body may refuse it, for the OpenAPI document. */
export const BODY_REFUSALS = {
  400: "Malformed request",
  408: "The body came too slowly",
  413: "Body too large",
  415: "Not JSON",
  429: "Too many requests",
} as const;

/** Reads the body; refuses one above `bytes`, and one that comes too slowly (`last-resort.ts` answers with what was thrown). */
export const atMost = (bytes: number) =>
  createMiddleware<Api>(async (c, next) => {
    const { raw } = c.req;
    const body = raw.body as ReadableStream<Uint8Array> | null;
    if (Number(c.req.header("content-length") ?? 0) > bytes) return problemResponse(tooLarge(bytes));
    if (!body) return next();
    c.req.raw = new Request(raw, { body: await wholeBody(body, bytes) });
    return next();
  });

/** A JSON body of this schema; the OpenAPI document describes the same schema. */
export const jsonBody = <S extends Schema>(schema: S) =>
  validator("json", schema, (result, c) => {
    const data: unknown = result.data;
    if (typeof data === "object" && data !== null && "protocol" in data && typeof data.protocol === "number") {
      if (data.protocol !== PROTOCOL_VERSION) return wrongProtocol(data.protocol);
    }
    if (result.success) return;
    if (!/^application\/json\b/.test(c.req.header("content-type") ?? "")) {
      const got = c.req.header("content-type") ?? "no content type";
      return problemResponse(
        problem(415, { title: "Not JSON", detail: `got ${got}, want application/json`, remedy: "Send JSON and say so." }),
      );
    }
    const errors = explainIssues(result.error, data);
    return problemResponse(
      problem(400, { title: "Malformed request", detail: `${summary(errors)}. Nothing was stored.`, errors }),
    );
  });

function wrongProtocol(got: number): Response {
  const remedy =
    got < PROTOCOL_VERSION ? "Reload the page (or update the command-line volunteer)." : "Wait until the coordinator is updated.";
  return problemResponse(
    problem(426, { title: "Another protocol version", detail: `protocol: got ${got}, want ${PROTOCOL_VERSION}`, remedy }),
  );
}
