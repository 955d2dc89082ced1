import { createExecutionContext, reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { LeaseReply } from "../../shared/protocol/lease.ts";
import { ResultReply } from "../../shared/protocol/result.ts";
import { app } from "../../workers/index.ts";
import { study } from "../../workers/study.ts";
import { api, as, bind, handInOnly, holderOf, lease, openExperiment, problemOf, putCheckpoint, somebody, stubOf } from "./api.ts";
import { kept } from "./fuzz/kept.ts";
import { checkpointOf, leaseRequest, resultOf, tinyHeader } from "./tiny.ts";

/** The real objects and routes over storage that fails: the prototypes are those that the Worker's own bindings have. */
const R2 = Object.getPrototypeOf(env.CHECKPOINTS) as R2Bucket;
const KV = Object.getPrototypeOf(env.METRICS) as KVNamespace;
const failing = () => Promise.reject(new Error("Unspecified error (0)"));
const all = () => kept([study(env), stubOf("tiny")]);

beforeAll(async () => {
  await api("GET", "/api/snapshot");
  await openExperiment(tinyHeader("tiny", { seeds: [1, 2, 3, 4] }));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
afterAll(() => reset());

describe("while R2 does not answer", () => {
  test("an upload is answered 503 in words, and goes through afterwards", async () => {
    const granted = await lease("tiny");
    const before = await all();
    const put = vi.spyOn(R2, "put").mockImplementation(failing);
    const refused = await problemOf(putCheckpoint(granted), 503);
    expect([refused.title, refused.retryAfterSeconds]).toEqual(["Storage does not answer", 30]);
    expect(await all()).toBe(before);
    put.mockRestore();
    expect((await putCheckpoint(granted)).status).toBe(201);
  });

  test("a hand-in is answered 503, nothing of it is stored, and the same one is accepted afterwards", async () => {
    const granted = await lease("tiny");
    const result = resultOf(granted);
    await putCheckpoint(granted);
    await bind(granted, result);
    const before = await all();
    for (const method of ["get", "head"] as const) {
      const broken = vi.spyOn(R2, method).mockImplementation(failing);
      await problemOf(handInOnly(granted, result), 503);
      broken.mockRestore();
    }
    expect(await all()).toBe(before);
    expect(ResultReply.parse(await (await handInOnly(granted, result)).json()).kind).toBe("accepted");
  });

  test("a checkpoint is not to be had, in words", async () => {
    vi.spyOn(R2, "get").mockImplementation(failing);
    await problemOf(api("GET", `/api/checkpoints/${"0".repeat(64)}`), 503);
  });
});

describe("while KV does not answer", () => {
  test("shards are leased, trained and handed in all the same", async () => {
    vi.spyOn(KV, "get").mockImplementation(failing);
    vi.spyOn(KV, "put").mockImplementation(failing);
    const reply = await api("POST", "/api/leases", leaseRequest(), as(await somebody()));
    expect(LeaseReply.parse(await reply.json()).kind).toBe("lease");
    const granted = await lease("tiny");
    await putCheckpoint(granted);
    await bind(granted);
    expect((await handInOnly(granted, resultOf(granted))).status).toBe(200);
  });

  test("readers are told so, and what was accepted meanwhile is published afterwards", async () => {
    const granted = await lease("tiny");
    await putCheckpoint(granted);
    await bind(granted);
    await handInOnly(granted, resultOf(granted));
    const put = vi.spyOn(KV, "put").mockImplementation(failing);
    const get = vi.spyOn(KV, "get").mockImplementation(failing);
    await problemOf(api("GET", "/api/volunteers"), 503);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    await runDurableObjectAlarm(stubOf("tiny")).catch(() => undefined);
    put.mockRestore();
    get.mockRestore();
    expect(await env.METRICS.get("metrics:tiny")).not.toContain(granted.shard.id);
    await runInDurableObject(stubOf("tiny"), async (_, { storage }) => expect(await storage.getAlarm()).not.toBeNull());
    await runDurableObjectAlarm(stubOf("tiny"));
    expect(await env.METRICS.get("metrics:tiny")).toContain(granted.shard.id);
  });
});

describe("a body", () => {
  test("that does not come on is given up after half a minute, and nothing is stored", async () => {
    const granted = await lease("tiny");
    const before = await all();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const dripping = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"step":'));
      },
    });
    const headers = { "content-type": "application/json", ...as(holderOf(granted)) };
    const address = `https://test.example/api/leases/${granted.id}/heartbeat`;
    const request = new Request(address, { method: "POST", headers, body: dripping });
    const asked = Promise.resolve(app.fetch(request, env, createExecutionContext()));
    let isOver = false;
    void asked.finally(() => (isOver = true));
    let waitedMs = 0;
    for (; !isOver && waitedMs < 60_000; waitedMs += 1000) {
      await vi.advanceTimersByTimeAsync(1000);
      await scheduler.wait(5);
    }
    const problem = await problemOf(asked, 408);
    expect(waitedMs).toBeGreaterThanOrEqual(30_000);
    expect(problem.detail).toContain("Nothing was stored");
    vi.useRealTimers();
    expect(await all()).toBe(before);
  });

  test("of other bytes than its name says is refused, and not kept under either name", async () => {
    const granted = await lease("tiny");
    const before = await all();
    const [good, other] = [checkpointOf(granted), checkpointOf(granted, 1)];
    const cut = good.bytes.slice(0, -1);
    for (const bytes of [other.bytes, cut, new Uint8Array(0)]) {
      const headers = { "content-length": String(bytes.length) };
      const reply = await api("PUT", `/api/checkpoints/${good.sha256}?lease=${granted.id}`, bytes, headers);
      await problemOf(reply, 422);
    }
    expect(await all()).toBe(before);
  });
});
