import { createFactory } from "hono/factory";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { checkPage } from "../identity/check-page.ts";
import { turnstileSiteKey } from "../identity/turnstile.ts";
import { problem, problemResponse } from "../problem.ts";

export const check = createFactory<Api>().createHandlers(
  describe({
    operationId: "check",
    summary: "The page that shows Cloudflare Turnstile, where it is switched on",
    tags: ["volunteer"],
    replies: { 200: { description: "A page for a window of its own.", body: "text/html" } },
    refusals: { 404: "Turnstile is not switched on" },
  }),
  (c) => {
    const siteKey = turnstileSiteKey(c.env);
    if (siteKey !== null) return checkPage(siteKey, crypto.randomUUID());
    const detail = "This deployment asks for no check.";
    return problemResponse(problem(404, { title: "No check here", detail, remedy: "Open a session: POST /api/sessions." }));
  },
);
