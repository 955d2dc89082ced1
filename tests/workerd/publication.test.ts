import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { StudyVersions } from "../../shared/protocol/versions.ts";
import { mergeMetrics } from "../../workers/coordinator/assimilator.ts";
import { KvTurns } from "../../workers/kv-turns-sqlite.ts";
import { T0, api, finish, lease, openExperiment, setClock, stubOf } from "./api.ts";
import { device, tinyHeader } from "./tiny.ts";

beforeEach(() => openExperiment(tinyHeader("tiny")));
afterEach(() => reset());

const published = async () => ExperimentSnapshot.parse(await env.METRICS.get("metrics:tiny", "json"));
const runAlarm = () => runDurableObjectAlarm(stubOf("tiny"));
const alarmAt = () => runInDurableObject(stubOf("tiny"), (_instance, state) => state.storage.getAlarm());

test("a new experiment stands in KV at once, empty, so that nobody looks it up in vain", async () => {
  const snapshot = await published();
  expect(snapshot).toMatchObject({ version: 1, trainingNow: 0, lastResultAt: null });
  expect(snapshot.metrics.progress).toMatchObject({ runs: 4, steps: 0, stepsPlanned: 24, shards: 0 });
  expect(snapshot.metrics.variants.flatMap(({ runs }) => runs.map(({ state }) => state))).toEqual(Array(4).fill("waiting"));
});

test("an accepted result reaches KV by the alarm: one write, the next version", async () => {
  const granted = await lease("tiny");
  await finish(granted);
  expect((await published()).version).toBe(1);
  expect(await alarmAt()).toBe(T0 + 10_000);
  await setClock("tiny", T0 + 10_000);
  expect(await runAlarm()).toBe(true);
  const snapshot = await published();
  expect(snapshot).toMatchObject({ version: 2, trainingNow: 0, publishedAt: new Date(T0 + 10_000).toISOString() });
  expect(snapshot.lastResultAt).toBe(new Date(T0).toISOString());
  expect(snapshot.metrics.progress).toMatchObject({ steps: 2, shards: 1, volunteers: 1 });
  expect(await alarmAt()).toBeNull();
});

test("versions tell what has changed, without a snapshot being read, and a page that is up to date gets nothing", async () => {
  const versions = async (etag = "") => api("GET", "/api/versions", undefined, { "if-none-match": etag });
  const before = await versions();
  const { experiments } = StudyVersions.parse(await before.json());
  expect(experiments.length).toBeGreaterThan(3);
  const [{ id }] = experiments as [StudyVersions["experiments"][number]];
  expect((await versions(before.headers.get("etag") ?? "")).status).toBe(304);
  await lease(id, { device: { ...device, provider: "webgpu" } });
  await runInDurableObject(stubOf(id), (instance) => instance.alarm());
  const after = StudyVersions.parse(await (await versions(before.headers.get("etag") ?? "")).json());
  expect(after.experiments.filter((one, i) => one.version !== experiments[i]?.version).map((one) => one.id)).toEqual([id]);
});

test("who is training now is published too, and corrected when a lease runs out", async () => {
  await lease("tiny");
  await setClock("tiny", T0 + 10_000);
  await runAlarm();
  expect(await published()).toMatchObject({ version: 2, trainingNow: 1 });
  expect(await alarmAt()).toBe(T0 + 90_000);
  await setClock("tiny", T0 + 90_000);
  await runAlarm();
  expect(await published()).toMatchObject({ version: 3, trainingNow: 0 });
  expect(await alarmAt()).toBeNull();
});

test("nothing changed, nothing is written", async () => {
  await lease("tiny");
  await setClock("tiny", T0 + 10_000);
  await runAlarm();
  await setClock("tiny", T0 + 50_000);
  await runInDurableObject(stubOf("tiny"), (instance) => instance.alarm());
  expect((await published()).version).toBe(2);
});

test("a failed write is tried again an interval later", async () => {
  await finish(await lease("tiny"));
  await setClock("tiny", T0 + 10_000);
  const put = vi.spyOn(env.METRICS, "put").mockRejectedValueOnce(new Error("KV PUT failed: 429 Too Many Requests"));
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const failed = await runInDurableObject(stubOf("tiny"), async (instance, state) => {
    // The object's bindings are its own objects: let it write through the one that is watched here.
    Reflect.set(Reflect.get(instance, "env") as object, "METRICS", env.METRICS);
    await instance.alarm();
    return state.storage.getAlarm();
  });
  expect(put).toHaveBeenCalledTimes(1);
  expect(log).toHaveBeenCalledTimes(1);
  expect(failed).toBe(T0 + 20_000);
  expect((await published()).version).toBe(1);
  await setClock("tiny", T0 + 20_000);
  await runAlarm();
  expect(await published()).toMatchObject({ version: 3, metrics: { progress: { shards: 1 } } });
  vi.restoreAllMocks();
});

test("after a restart everything is there: leases, chains, the alarm; and the metrics have the same bytes", async () => {
  const first = await lease("tiny");
  await finish(first);
  const second = await lease("tiny", { prefer: "tiny.standard-lr0.1.s1.k1" });
  await evictDurableObject(stubOf("tiny"));
  await setClock("tiny", T0 + 10_000);
  expect((await finish(second)).status).toBe(200);
  await evictDurableObject(stubOf("tiny"));
  await setClock("tiny", T0 + 20_000);
  expect(await runAlarm()).toBe(true);
  const snapshot = await published();
  expect(snapshot.metrics.progress).toMatchObject({ steps: 4, shards: 2 });

  const { experiment, results } = ExperimentResults.parse(await (await api("GET", "/api/experiments/tiny/results")).json());
  const bytes = canonicalJson(mergeMetrics(experiment.plan, results.reverse()));
  expect(bytes).toBe(canonicalJson(snapshot.metrics));
  expect(sha256Hex(bytes)).toBe(snapshot.metricsSha256);
});

test("an experiment trained to its end: every run finished, a band over both seeds", async () => {
  for (let shard = 0; shard < 12; shard++) expect((await finish(await lease("tiny"))).status).toBe(200);
  await setClock("tiny", T0 + 10_000);
  await runAlarm();
  const { metrics } = await published();
  expect(metrics.progress).toMatchObject({ runs: 4, runsFinished: 4, steps: 24, stepsPlanned: 24, shards: 12 });
  for (const { training, evaluation } of metrics.variants) {
    expect(training.step).toEqual([0, 1, 2, 3, 4, 5]);
    expect(evaluation.step).toEqual([0, 3, 6]);
    expect(training.n).toEqual(Array(6).fill(2));
  }
});

test("where a day's writes are few an experiment waits for its turn, keeps it, and then publishes what is newest", async () => {
  const DAY_MS = 86_400_000;
  const studyStub = env.STUDY.getByName("study");
  const limited = { ...env, KV_WRITES_PER_DAY: "24" };
  await runInDurableObject(studyStub, (instance, { storage }) => {
    const turns = new KvTurns(storage.sql, 24);
    // Sixty turns were saved up; others have taken them.
    turns.take(60, T0);
    Object.assign(instance, { turns, clock: () => T0 });
  });
  await runInDurableObject(stubOf("tiny"), (instance) => {
    Object.assign((instance as unknown as { publisher: object }).publisher, { env: limited });
  });
  await finish(await lease("tiny"));
  await setClock("tiny", T0 + 10_000);
  await runAlarm();
  expect((await published()).version).toBe(1);
  const turnAt = T0 + DAY_MS / 24;
  expect(await alarmAt()).toBe(turnAt);
  await finish(await lease("tiny"));
  await setClock("tiny", turnAt);
  await runInDurableObject(studyStub, (instance) => void Object.assign(instance, { clock: () => turnAt }));
  await runAlarm();
  expect(await published()).toMatchObject({ version: 2, metrics: { progress: { shards: 2 } } });
});
