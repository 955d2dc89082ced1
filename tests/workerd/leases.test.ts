import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HeartbeatReply } from "../../shared/protocol/lease.ts";
import { adapterName } from "../../shared/nn/target.ts";
import { modelSha256 } from "../../workers/programs.ts";
import { T0, api, as, ask, finish, handIn, lease, openExperiment, problemOf, putCheckpoint, setClock, somebody } from "./api.ts";
import { device, leaseRequest, tinyHeader } from "./tiny.ts";

const SECOND = 1000;
const beat = { step: 1, loss: 2.3, accuracy: 0.5, stepsPerSecond: 3 };

beforeEach(() => openExperiment(tinyHeader("tiny")));
afterEach(() => reset());

describe("a lease", () => {
  test("gives a volunteer all that it needs to train the first shard of seed 1", async () => {
    const granted = await lease("tiny");
    expect(granted).toMatchObject({
      deadline: new Date(T0 + 90 * SECOND).toISOString(),
      experiment: { id: "tiny" },
      variant: { id: "standard-lr0.1" },
      shard: { id: "tiny.standard-lr0.1.s1.k0", index: 0, of: 3, fromStep: 0, toStep: 2 },
      spec: { normalization: "none", learningRate: 0.1, seed: 1, steps: 6 },
      startCheckpoint: null,
    });
    expect(granted.id).toMatch(/^tiny\.[0-9a-f-]{36}$/);
  });

  test("names the model of the volunteer's device", async () => {
    const webgpu = await lease("tiny", { device: { ...device, provider: "webgpu" } });
    const adapter = adapterName("google swiftshader", true, 120);
    const emulated = await lease("tiny", { device: { ...device, provider: "webgpu", adapter } });
    const wasm = await lease("tiny", { device: { ...device, provider: "wasm" } });
    expect(webgpu.modelSha256).toBe(modelSha256(webgpu.spec, "webgpu"));
    expect(emulated.modelSha256).toBe(modelSha256(emulated.spec, "emulated"));
    expect(wasm.modelSha256).toBe(modelSha256(wasm.spec, "cpu"));
  });

  test("is for shards that the device can hold: one that says it has too little memory is told what it would need", async () => {
    const small = { bytes: 1e6, largestBufferBytes: 1e6 };
    const reply = await ask("tiny", { memory: small });
    expect(reply).toMatchObject({ kind: "idle" });
    expect(reply.kind === "idle" && reply.reason).toMatch(/needs about \d+ MB of memory \(this device can give 1 MB\)/);
    expect(await ask("tiny", { memory: { bytes: 2 ** 30, largestBufferBytes: 2 ** 30 } })).toMatchObject({ kind: "lease" });
    expect(await ask("tiny")).toMatchObject({ kind: "lease" });
  });

  test("of the paper's network is not for a GPU that binds small buffers", async () => {
    const network = { family: "vgg", depth: 16, width: 1, head: "linear" } as const;
    await openExperiment(tinyHeader("full", { spec: { ...tinyHeader("full").plan.spec, network, batchSize: 128 } }));
    const gpu = { ...device, provider: "webgpu" as const };
    const reply = await ask("full", { device: gpu, memory: { bytes: 64e9, largestBufferBytes: 2 ** 27 } });
    expect(reply.kind === "idle" && reply.reason).toMatch(/in one piece \(this device: 134 MB\)/);
    expect(await ask("full", { device: gpu, memory: { bytes: 64e9, largestBufferBytes: 2 ** 31 } })).toMatchObject({
      kind: "lease",
    });
  });

  test("goes to one volunteer at a time: four runs, four leases, then idle with a time to come back", async () => {
    const shards = new Set<string>();
    for (let i = 0; i < 4; i++) shards.add((await lease("tiny")).shard.id);
    expect(shards.size).toBe(4);
    const response = await api("POST", "/api/leases", leaseRequest({ experiment: "tiny" }), as(await somebody()));
    expect(response.status).toBe(200);
    const wait = Number(response.headers.get("retry-after"));
    expect(wait).toBeGreaterThanOrEqual(30);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await response.json()).toMatchObject({ kind: "idle", retryAfterSeconds: wait });
  });

  test("is extended by heartbeats, and expires after three missed ones: then its shard is leased again", async () => {
    const granted = await lease("tiny");
    await setClock("tiny", T0 + 80 * SECOND);
    const reply = HeartbeatReply.parse(await (await api("POST", `/api/leases/${granted.id}/heartbeat`, beat)).json());
    expect(reply.deadline).toBe(new Date(T0 + 170 * SECOND).toISOString());
    await setClock("tiny", T0 + 160 * SECOND);
    expect((await lease("tiny")).shard.id).not.toBe(granted.shard.id);
    await setClock("tiny", T0 + 170 * SECOND);
    const gone = await problemOf(api("POST", `/api/leases/${granted.id}/heartbeat`, beat), 410);
    expect(gone.detail).toContain("expired");
    expect(gone.remedy).toContain(`"prefer": "${granted.shard.id}"`);
    expect((await lease("tiny")).shard.id).toBe(granted.shard.id);
  });

  test("given back by a beacon frees its shard at once, and giving it back again changes nothing", async () => {
    const granted = await lease("tiny");
    const beacon = { "content-type": "text/plain;charset=UTF-8" };
    expect((await api("POST", `/api/leases/${granted.id}/return`, "", beacon)).status).toBe(204);
    expect((await api("POST", `/api/leases/${granted.id}/return`)).status).toBe(204);
    expect((await lease("tiny")).shard.id).toBe(granted.shard.id);
    await problemOf(api("POST", `/api/leases/${granted.id}/heartbeat`, beat), 410);
  });

  test("of a preferred shard is given if that is free, or in place of the very lease under which it was begun (its page was reloaded)", async () => {
    const prefer = "tiny.batchnorm-lr0.1.s2.k0";
    const volunteer = await somebody();
    const first = await lease("tiny", { volunteer, prefer });
    expect(first.shard.id).toBe(prefer);
    const beside = await lease("tiny", { volunteer, prefer }); // Another device of the same volunteer takes nothing away.
    expect(beside.shard.id).not.toBe(prefer);
    expect((await api("POST", `/api/leases/${first.id}/heartbeat`, beat)).status).toBe(200);
    const again = await lease("tiny", { volunteer, prefer, replaces: first.id });
    expect(again.shard.id).toBe(prefer);
    expect(again.id).not.toBe(first.id);
    await problemOf(api("POST", `/api/leases/${first.id}/heartbeat`, beat), 410);
    expect((await lease("tiny", { prefer })).shard.id).toBe("tiny.batchnorm-lr0.1.s1.k0");
  });
});

describe("a late result", () => {
  test("is accepted while nobody else has the shard: nothing is lost", async () => {
    const granted = await lease("tiny");
    await setClock("tiny", T0 + 3600 * SECOND);
    expect((await finish(granted)).status).toBe(200);
    expect((await lease("tiny", { prefer: "tiny.standard-lr0.1.s1.k1" })).startCheckpoint).not.toBeNull();
  });

  test("is refused once the shard was leased to another volunteer", async () => {
    const late = await lease("tiny");
    await putCheckpoint(late);
    await setClock("tiny", T0 + 100 * SECOND);
    const other = await lease("tiny");
    expect(other.shard.id).toBe(late.shard.id);
    expect((await problemOf(handIn(late), 410)).detail).toContain("leased to another volunteer");
    await problemOf(putCheckpoint(late), 410);
    expect((await finish(other)).status).toBe(200);
    expect((await problemOf(handIn(late), 409)).detail).toContain("another volunteer's result");
  });
});

test("a volunteer who holds a shard for half an hour does not block its run: another gets it too, and the first result wins", async () => {
  const slow = [await lease("tiny"), await lease("tiny"), await lease("tiny"), await lease("tiny")];
  for (let now = T0; now <= T0 + 1800 * SECOND; now += 60 * SECOND) {
    await setClock("tiny", now);
    for (const { id } of slow) expect((await api("POST", `/api/leases/${id}/heartbeat`, beat)).status).toBe(200);
  }
  const second = await lease("tiny");
  expect(second.shard.id).toBe(slow[0]?.shard.id);
  expect((await lease("tiny")).shard.id).toBe(slow[1]?.shard.id);
  expect((await finish(second)).status).toBe(200);
  await problemOf(api("POST", `/api/leases/${slow[0]?.id}/heartbeat`, beat), 410);
});

test("a finished experiment has nothing to give", async () => {
  await openExperiment(tinyHeader("short", { seeds: [1], variants: tinyHeader("x").plan.variants.slice(0, 1) }));
  for (let k = 0; k < 3; k++) expect((await finish(await lease("short"))).status).toBe(200);
  expect(await ask("short")).toMatchObject({ kind: "idle", reason: expect.stringContaining("trained to its end") as string });
});
