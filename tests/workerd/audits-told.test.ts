import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { CoordinatorStore } from "../../workers/store-sqlite.ts";
import { auditsSha256 } from "../../shared/audit/audited.ts";
import { LogPage } from "../../shared/protocol/action-log.ts";
import { api, lease, stubOf } from "./api.ts";
import { ada, bob, begin, GPU, honest, rounded, train, auditNext, audits, published } from "./auditing.ts";

beforeEach(begin);
afterEach(() => reset());

test("has what its audits came to in the snapshot, as soon as they are settled", async () => {
  const { shard } = await lease("tiny", { volunteer: ada }).then(async (granted) => (await train(granted), granted));
  expect(await published()).toEqual([{ shard: shard.id, audit: "open", contradicted: 0 }]);
  await auditNext(honest);
  expect(await published()).toEqual([{ shard: shard.id, audit: "passed", contradicted: 0 }]);
});

test("is credited with the steps of shards that passed an audit", async () => {
  await train(await lease("tiny", { volunteer: ada }));
  await train(await lease("tiny", { volunteer: bob }));
  await auditNext(honest);
  const gifts = await runInDurableObject(stubOf("tiny"), (_, { storage }) => new CoordinatorStore(storage.sql).gifts());
  const passed = (await audits()).filter(({ verdict }) => verdict === "passed").map(({ volunteer }) => volunteer);
  expect(passed).toHaveLength(1);
  expect(gifts.map(({ volunteer, ...gave }) => [volunteer === passed[0], gave]).sort()).toEqual([
    [false, { shards: 1, steps: 40, audited: 0 }],
    [true, { shards: 1, steps: 40, audited: 40 }],
  ]);
});

test("settled audits are told of in the action log, many in one entry, by a hash that anyone can compute again", async () => {
  const [first, second] = [await lease("tiny", { volunteer: ada }), await lease("tiny", { volunteer: bob })];
  for (const granted of [first, second]) {
    await train(granted);
    await auditNext(honest);
  }
  expect((await audits()).map(({ entry }) => entry)).toEqual([undefined, undefined]);
  await runDurableObjectAlarm(stubOf("tiny"));
  const records = await audits();
  const { entries } = LogPage.parse(await (await api("GET", "/api/log?after=0")).json());
  const told = entries.filter(({ kind }) => kind === "audited");
  const counts = { experiment: "tiny", passed: 2, contradicted: 0, unverified: 0 };
  expect(told.map(({ fields }) => fields)).toEqual([{ ...counts, sha256: auditsSha256(records) }]);
  expect(records.map(({ entry }) => entry)).toEqual([told[0]!.n, told[0]!.n]);
  expect(auditsSha256([{ ...records[0]!, verdict: "contradicted" }, records[1]!])).not.toBe(told[0]!.fields["sha256"]);
  await runDurableObjectAlarm(stubOf("tiny"));
  expect(LogPage.parse(await (await api("GET", "/api/log?after=0")).json()).entries).toHaveLength(entries.length);
});

test("what audits showed of the devices is published: shards that passed, and how far kinds of devices came out from each other", async () => {
  const granted = await lease("tiny", { volunteer: ada });
  await train(granted);
  await auditNext(rounded, honest, { device: GPU });
  await train(await lease("tiny", { volunteer: bob }));
  await auditNext(honest);
  await runDurableObjectAlarm(stubOf("tiny"));
  const published = async () => ExperimentSnapshot.parse(await env.METRICS.get("metrics:tiny", "json")).audited!;
  const { shards, pairs } = await published();
  expect(shards.map(({ device: { provider }, passed }) => [provider, passed])).toEqual([
    ["cpu", 1],
    ["cpu", 1],
  ]);
  expect(pairs.map(({ of, by, steps, agreed }) => [of.provider, by.provider, steps, agreed])).toEqual([
    ["cpu", "webgpu", 5, 1],
    ["cpu", "cpu", 5, 1],
  ]);
  const [[apart], [same]] = pairs.map(({ distances }) => distances) as [number[], number[]];
  expect(apart).toBeGreaterThan(0);
  expect(apart).toBeLessThan(1e-7);
  expect(same).toBe(0);

  // What no longer counts is not counted here either.
  await runInDurableObject(stubOf("tiny"), (object) =>
    (object as unknown as { void(v: string, why: string): Promise<number> }).void(ada.id, "a test"),
  );
  await runDurableObjectAlarm(stubOf("tiny"));
  expect((await published()).pairs.map(({ by }) => by.provider)).toEqual(["cpu"]);
});
