import { expect, test } from "vitest";
import { openCoordinator } from "../../../shared/volunteer/coordinator.ts";
import type { Fetch, HttpInit } from "../../../shared/volunteer/http.ts";
import { Failure, Refused, Unreachable } from "../../../shared/volunteer/outcomes.ts";

const keys = () => Promise.resolve({ publicKey: "B", sign: () => Promise.resolve("S") });
const session = { token: "t", volunteer: "0".repeat(64), alias: null, expiresAt: "2026-01-01T00:00:00.000Z" };
const before: Readonly<Record<string, unknown>> = {
  "https://study.example/api/challenge": { challenge: "c", expiresAt: "2026-01-01T00:00:00.000Z", turnstile: null },
  "https://study.example/api/sessions": session,
};

const answering = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  const asked: { url: string; init: HttpInit }[] = [];
  const fetch: Fetch = (url, init) => {
    if (before[url]) return Promise.resolve(Response.json(before[url]));
    asked.push({ url, init });
    return Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers }));
  };
  return { asked, coordinator: openCoordinator({ fetch, origin: "https://study.example", keys }) };
};
const beat = { step: 1, loss: 2.3, accuracy: 0.1, stepsPerSecond: null };

test("a lease's id is escaped in its address", async () => {
  const { asked, coordinator } = answering(200, { deadline: "2026-01-01T00:00:00.000Z" });
  await coordinator.heartbeat("a b/c", beat);
  expect(asked[0]?.url).toBe("https://study.example/api/leases/a%20b%2Fc/heartbeat");
});

test("a refusal carries the coordinator's words, path and remedy", async () => {
  const { coordinator } = answering(422, {
    title: "Bad",
    status: 422,
    detail: "It does not fit.",
    remedy: "Mend it.",
    errors: [{ path: "training.loss[1]", message: "got -1, want 0 or more" }],
  });
  const error: unknown = await coordinator.heartbeat("a", beat).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Refused);
  expect((error as Refused).message).toContain("training.loss[1]: got -1, want 0 or more");
  expect((error as Refused).problem.remedy).toBe("Mend it.");
});

test.each([500, 503, 429])("%i can be tried again, after the time it asks for", async (status) => {
  const { coordinator } = answering(status, "busy", { "retry-after": "7" });
  const error: unknown = await coordinator.heartbeat("a", beat).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Unreachable);
  expect((error as Unreachable).retryAfterSeconds).toBe(7);
});

test("a page instead of JSON counts as nobody there", async () => {
  await expect(answering(200, "<html>log in</html>").coordinator.heartbeat("a", beat)).rejects.toThrow(Unreachable);
});

test("an answer of another shape is a failure that says where", async () => {
  await expect(answering(200, { deadline: 5 }).coordinator.heartbeat("a", beat)).rejects.toThrow(/deadline/);
  await expect(answering(200, { deadline: 5 }).coordinator.heartbeat("a", beat)).rejects.toThrow(Failure);
});
