import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import type { Api } from "./admission.ts";
import { Counts } from "./counts.ts";
import { logLine } from "./log-line.ts";
import { study } from "./study.ts";

/** Of this isolate, since its first request. */
export const counts = new Counts();

/** Counts every request by endpoint, and refusals by their status; logs those that change something. */
export const observe = createMiddleware<Api>(async (c, next) => {
  const began = Date.now();
  await next();
  const now = Date.now();
  const { method } = c.req;
  const path = matchedRoutes(c).findLast((route) => !route.path.endsWith("*"))?.path ?? "elsewhere";
  const { status } = c.res;
  const endpoint = `${method} ${path}`;
  counts.add(["requests", status < 400 ? endpoint : `${endpoint}: refused with ${status}`], now);
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return;
  // Heartbeats that are well would bury the rest.
  if (!path.endsWith("/heartbeat") || status >= 400) logLine(c.env, { request: endpoint, status, ms: now - began });
  const due = counts.due(now);
  if (due) c.executionCtx.waitUntil(Promise.resolve(study(c.env).addCounts(due)).catch(() => undefined));
});
