import { evictDurableObject, listDurableObjectIds, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { experimentHeader } from "../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../shared/experiments/index.ts";
import { Health } from "../../shared/protocol/health.ts";
import type { Provider } from "../../shared/protocol/lease.ts";
import { ExperimentSnapshot, StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { experimentSnapshot } from "../../workers/coordinator/snapshot.ts";
import { studySha256 } from "../../workers/study.ts";
import { TOKEN, api, ask, problemOf } from "./api.ts";
import { device } from "./tiny.ts";

afterEach(() => reset());

const own = trainedExperiments.map((experiment) => experimentHeader(experiment, "pilot"));
const study = async () => StudySnapshot.parse(await (await api("GET", "/api/snapshot")).json());

test("reading a page of the report does not reach a Durable Object", async () => {
  const index = { studySha256: studySha256(own), own: own.map(({ id }) => id), reruns: [] };
  await env.METRICS.put("study", JSON.stringify(index));
  for (const header of own) {
    const snapshot = experimentSnapshot(header, [], { version: 1, now: 0, trainingNow: 0 });
    await env.METRICS.put(`metrics:${header.id}`, JSON.stringify(snapshot));
  }
  expect((await study()).experiments).toHaveLength(own.length);
  expect((await api("GET", `/api/snapshot/${own[0]!.id}`)).status).toBe(200);
  expect(await listDurableObjectIds(env.STUDY)).toEqual([]);
  expect(await listDurableObjectIds(env.COORDINATOR)).toEqual([]);
});

test("on a fresh store the study's experiments are there at the first request, empty", async () => {
  const { experiments: got } = await study();
  expect(got.map(({ experiment }) => experiment)).toEqual(own);
  expect(got.map(({ version, metrics }) => [version, metrics.progress.shards])).toEqual(own.map(() => [1, 0]));
});

test("an index from another deployment is replaced", async () => {
  await env.METRICS.put("study", JSON.stringify({ studySha256: "0".repeat(64), own: ["gone"], reruns: [] }));
  expect((await study()).experiments.map(({ experiment }) => experiment.id)).toEqual(own.map(({ id }) => id));
  await env.METRICS.put("study", JSON.stringify(["an older shape"]));
  expect((await study()).experiments).toHaveLength(own.length);
});

const leaseFor = (provider: Provider) => ask(undefined, { device: { ...device, provider } });

test("a volunteer that asks for anything gets a shard of the study that suits its device", async () => {
  for (const provider of ["cpu", "wasm", "webgpu"] as const) {
    const reply = await leaseFor(provider);
    if (reply.kind === "idle") throw new Error(reply.reason);
    const { experiment, spec } = reply.lease;
    expect(own.map(({ id }) => id)).toContain(experiment.id);
    expect(spec.seed).toBe(1);
    if (provider === "wasm") expect(spec.network.family).toBe("deep-linear");
    if (provider === "webgpu") expect(spec.network.family).toBe("vgg");
  }
});

test("a GPU is told what it could do when all that is open needs float64", async () => {
  await study();
  for (const { id, plan } of own.filter(({ plan: { spec } }) => spec.network.family === "vgg")) {
    await runInDurableObject(env.COORDINATOR.getByName(id), (_instance, { storage }) => {
      storage.sql.exec("UPDATE runs SET step = ?", plan.spec.steps);
    });
    await evictDurableObject(env.COORDINATOR.getByName(id));
  }
  const reply = await leaseFor("webgpu");
  expect(reply).toMatchObject({ kind: "idle", reason: expect.stringContaining("64-bit numbers") as string });
  expect(reply.kind === "idle" && reply.retryAfterSeconds).toBeLessThanOrEqual(240);
  expect(await leaseFor("cpu")).toMatchObject({ lease: { spec: { network: { family: "deep-linear" } } } });
});

test("once a rerun is asked for, volunteers that ask for anything train all of them; a preferred shard leads to its own experiment", async () => {
  const body = { experiment: own[0]!.id, seeds: [104] };
  const id = `${own[0]!.id}-rerun-1`;
  expect((await api("POST", "/api/reruns", body, { authorization: `Bearer ${TOKEN}` })).status).toBe(201);
  for (const header of own) {
    await runInDurableObject(env.COORDINATOR.getByName(header.id), (_instance, { storage }) => {
      storage.sql.exec("UPDATE runs SET step = 100000 WHERE seed > 1");
    });
    await evictDurableObject(env.COORDINATOR.getByName(header.id));
  }
  const granted = new Set<string>();
  for (let reply = await leaseFor("cpu"); reply.kind === "lease"; reply = await leaseFor("cpu"))
    granted.add(reply.lease.experiment.id);
  expect(granted).toEqual(new Set([...own.map((header) => header.id), id]));
  const prefer = `${id}.batchnorm-lr0.5.s104.k0`;
  await runInDurableObject(env.COORDINATOR.getByName(id), (_instance, { storage }) => {
    storage.sql.exec("UPDATE leases SET returned_at = 1 WHERE shard = ?", prefer);
  });
  await evictDurableObject(env.COORDINATOR.getByName(id));
  expect(await ask(undefined, { prefer })).toMatchObject({ lease: { shard: { id: prefer } } });
});

test("names fit: every shard's is a valid one, and experiments' have no dot, by which names are taken apart", () => {
  for (const profile of ["pilot", "paper"] as const) {
    for (const experiment of trainedExperiments) {
      const header = experimentHeader(experiment, profile);
      expect(header.id).not.toContain(".");
      expect(
        `${header.id}.${header.plan.variants.map(({ id }) => id).sort((a, b) => b.length - a.length)[0]}.s4294967295.k99999`
          .length,
      ).toBeLessThanOrEqual(100);
    }
  }
});

test("health says what is spoken, and every answer carries the site's safety headers", async () => {
  const response = await api("GET", "/api/health");
  const said = Health.parse(await response.json());
  expect(said).toMatchObject({ ok: true, protocol: PROTOCOL_VERSION, profile: "pilot" });
  for (const answer of [response, await api("GET", "/api/nothing"), await api("POST", "/api/leases", {})]) {
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
    });
  }
  const { counts } = Health.parse(await (await api("GET", "/api/health")).json());
  const grown = (name: string) => (counts[name] ?? 0) - (said.counts[name] ?? 0);
  expect([grown("requests"), grown("POST /api/leases: refused with 400"), grown("GET /api/health")]).toEqual([3, 1, 1]);
  expect((await api("GET", "/api/snapshot")).headers.get("cache-control")).toBe("public, max-age=2");
  await problemOf(api("GET", "/api/snapshot/nothing"), 404);
});

test("what is published parses as what the report reads", async () => {
  await study();
  for (const { id } of own) ExperimentSnapshot.parse(await (await api("GET", `/api/snapshot/${id}`)).json());
});
