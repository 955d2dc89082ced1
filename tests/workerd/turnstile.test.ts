import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { app } from "../../workers/index.ts";
import { checkTurnstile } from "../../workers/identity/turnstile.ts";
import { problemOf } from "./api.ts";

const withTurnstile = { ...env, TURNSTILE_SITE_KEY: 'key"<', TURNSTILE_SECRET: "secret" } as Env;
afterEach(() => vi.restoreAllMocks());

/** Cloudflare's answer, which cannot be had here. */
const siteverify = (verdict: object, status = 200) =>
  vi.spyOn(globalThis, "fetch").mockImplementation(() => Promise.resolve(Response.json(verdict, { status })));

test("where it is not switched on nobody is asked, nobody is told, and there is no page", async () => {
  const told = siteverify({ success: false });
  expect(await checkTurnstile(env, undefined, "192.0.2.1")).toMatchObject({ ok: true });
  expect(told).not.toHaveBeenCalled();
  expect((await problemOf(app.request("/api/check", {}, env), 404)).title).toBe("No check here");
  expect(await (await app.request("/api/challenge", {}, env)).json()).toMatchObject({ turnstile: null });
});

test("where it is, the challenge says so, and only the page of the check names Cloudflare", async () => {
  expect(await (await app.request("/api/challenge", {}, withTurnstile)).json()).toMatchObject({ turnstile: 'key"<' });
  const page = await app.request("/api/check", {}, withTurnstile);
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("frame-src https://challenges.cloudflare.com");
  expect(page.headers.has("cross-origin-embedder-policy")).toBe(false);
  const html = await page.text();
  expect(html).toContain('data-sitekey="key&#34;&#60;"');
  const nonce = /nonce-([0-9a-f-]+)/.exec(policy)?.[1];
  expect(html.split(`nonce="${nonce}"`)).toHaveLength(3);
  const health = await app.request("/api/health", {}, withTurnstile);
  expect(health.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
});

test("an answer is asked about, and a missing, a wrong and an unanswered one are refused in words", async () => {
  const told = siteverify({ success: true });
  expect(await checkTurnstile(withTurnstile, "answer", "192.0.2.1")).toMatchObject({ ok: true });
  const body = told.mock.calls[0]?.[1]?.body as FormData;
  expect(Object.fromEntries(body)).toEqual({ secret: "secret", response: "answer", remoteip: "192.0.2.1" });
  expect(await checkTurnstile(withTurnstile, undefined, undefined)).toMatchObject({ ok: false, problem: { status: 403 } });
  siteverify({ success: false, "error-codes": ["timeout-or-duplicate"] });
  expect(await checkTurnstile(withTurnstile, "again", undefined)).toMatchObject({
    problem: { status: 403, detail: expect.stringContaining("timeout-or-duplicate") as string },
  });
  siteverify({}, 500);
  expect(await checkTurnstile(withTurnstile, "answer", undefined)).toMatchObject({
    problem: { status: 503, retryAfterSeconds: 60 },
  });
});
