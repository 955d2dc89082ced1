import { evictDurableObject, reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ExperimentResults, ResultReply } from "../../shared/protocol/result.ts";
import {
  T0,
  api,
  bind,
  finish,
  handIn,
  handInOnly,
  lease,
  openExperiment,
  problemOf,
  putCheckpoint,
  setClock,
  somebody,
  stubOf,
} from "./api.ts";
import { workKey } from "../../shared/protocol/work-key.ts";
import { checkpointOf, leaseRequest, resultOf, tinyHeader } from "./tiny.ts";

beforeEach(() => openExperiment(tinyHeader("tiny")));
afterEach(() => reset());

const results = async () => ExperimentResults.parse(await (await api("GET", "/api/experiments/tiny/results")).json()).results;

describe("handing in", () => {
  test("frees the next shard, which starts at this one's checkpoint", async () => {
    const volunteer = await somebody();
    const first = await lease("tiny", { volunteer });
    expect(await (await finish(first)).json()).toEqual({
      kind: "accepted",
      run: { trainedSteps: 2, steps: 6, finished: false },
      contribution: { shards: 1, steps: 2 },
    });
    const second = await lease("tiny", { volunteer, prefer: "tiny.standard-lr0.1.s1.k1" });
    expect(second).toMatchObject({
      shard: { index: 1, fromStep: 2, toStep: 4 },
      startCheckpoint: checkpointOf(first).sha256,
    });
    expect(await (await finish(second)).json()).toMatchObject({
      run: { trainedSteps: 4 },
      contribution: { shards: 2, steps: 4 },
    });
  });

  test("the same result again answers `repeated`, also after a restart; another result for the lease is refused", async () => {
    const granted = await lease("tiny");
    expect((await finish(granted)).status).toBe(200);
    await evictDurableObject(stubOf("tiny"));
    const again = ResultReply.parse(await (await handIn(granted)).json());
    expect(again).toMatchObject({ kind: "repeated", contribution: { shards: 1, steps: 2 } });
    await problemOf(handIn(granted, resultOf(granted, { trainMs: 99 })), 409);
    expect(await results()).toHaveLength(1);
  });

  test("needs the end checkpoint to be stored first, and says how", async () => {
    const granted = await lease("tiny");
    await bind(granted);
    const refused = await problemOf(handInOnly(granted, resultOf(granted)), 422);
    expect(refused.errors).toContainEqual({
      path: "endCheckpoint",
      message: expect.stringContaining("PUT /api/checkpoints/") as string,
    });
    expect(await results()).toEqual([]);
    expect((await finish(granted)).status).toBe(200);
  });

  test("refuses a checkpoint of another step, although it is stored", async () => {
    const first = await lease("tiny");
    await finish(first);
    const second = await lease("tiny", { prefer: "tiny.standard-lr0.1.s1.k1" });
    const refused = await problemOf(handIn(second, resultOf(second, { endCheckpoint: checkpointOf(first).sha256 })), 422);
    expect(refused.detail).toContain("step 4");
  });

  test("a diverged run ends there: it needs no checkpoint and has no more shards", async () => {
    const granted = await lease("tiny");
    const training = { step: [0, 1], loss: [1.15, null], accuracy: [0.5, 0] };
    const evaluation = { step: [0], loss: [2.3], accuracy: [0.1] };
    const reply = await handIn(granted, resultOf(granted, { divergedAt: 1, endCheckpoint: null, training, evaluation }));
    expect(await reply.json()).toMatchObject({
      kind: "accepted",
      run: { trainedSteps: 1, finished: true },
      contribution: { steps: 1 },
    });
    const next = await lease("tiny", { prefer: "tiny.standard-lr0.1.s1.k1" });
    expect(next.shard.id).toBe("tiny.batchnorm-lr0.1.s1.k0");
  });

  test("an unfit result is refused with where, what was got and what is wanted, and nothing is stored", async () => {
    const granted = await lease("tiny");
    await putCheckpoint(granted);
    const refused = await problemOf(handIn(granted, resultOf(granted, { trainMs: 0, modelSha256: "f".repeat(64) })), 422);
    expect(refused.errors?.map(({ path }) => path)).toEqual(["modelSha256", "trainMs"]);
    expect(refused.detail).toContain("Nothing was stored");
    expect(await results()).toEqual([]);
  });

  test("brings the next lease along, if it is asked for", async () => {
    const granted = await lease("tiny");
    await putCheckpoint(granted);
    const request = leaseRequest({ experiment: "tiny" });
    const reply = ResultReply.parse(await (await handIn(granted, resultOf(granted), request)).json());
    expect(reply).toMatchObject({ kind: "accepted", next: { kind: "lease", lease: { shard: { fromStep: 0 } } } });
    const refused = await handIn(granted, resultOf(granted), { ...request, experiment: "nothing" });
    expect(await refused.json()).toEqual({ ...reply, kind: "repeated", next: undefined });
  });
});

describe("a volunteer that leaves", () => {
  test("hands in what it trained, and another goes on from its checkpoint", async () => {
    const granted = await lease("tiny");
    const part = { ...granted, shard: { ...granted.shard, toStep: 1 } };
    expect((await putCheckpoint(part)).status).toBe(201);
    const left = await handIn(granted, resultOf(part, { toStep: 1 }));
    expect(await left.json()).toMatchObject({ run: { trainedSteps: 1, finished: false }, contribution: { shards: 1, steps: 1 } });
    const next = await lease("tiny", { prefer: "tiny.standard-lr0.1.s1.k1" });
    expect(next).toMatchObject({ shard: { index: 1, fromStep: 1, toStep: 3 }, startCheckpoint: checkpointOf(part).sha256 });
    expect((await finish(next)).status).toBe(200);
    const stored = (await results()).map(({ provenance }) => [provenance.fromStep, provenance.toStep]);
    expect(stored).toEqual([
      [0, 1],
      [1, 3],
    ]);
  });

  test("may not hand in less than is due until there, nor its whole shard as a part that ends elsewhere", async () => {
    const granted = await lease("tiny");
    await putCheckpoint(granted);
    const short = await problemOf(handIn(granted, resultOf(granted, { toStep: 1 })), 422);
    expect(short.errors?.map(({ path }) => path)).toContain("training.step[1]");
    const long = await problemOf(handIn(granted, resultOf(granted, { toStep: 3 })), 422);
    expect(long.errors).toEqual([{ path: "toStep", message: expect.stringContaining("none beyond it") as string }]);
    expect(await results()).toEqual([]);
  });
});

test("a shard is as long as the device trains in about three minutes, by the speed it measured for that kind of run", async () => {
  const long = tinyHeader("long", { shardSteps: 100, spec: { ...tinyHeader("x").plan.spec, steps: 10_000, recordEvery: 6 } });
  await openExperiment(long);
  const spec = (await lease("long")).spec;
  const speeds = [
    { work: workKey(spec), stepsPerSecond: 2 },
    { work: "0".repeat(16), stepsPerSecond: 50 },
  ];
  expect((await lease("long", { speeds, prefer: "long.standard-lr0.1.s2.k0" })).shard).toMatchObject({
    fromStep: 0,
    toStep: 360,
  });
  const batch = await lease("long", { speeds, prefer: "long.batchnorm-lr0.1.s2.k0" });
  expect(batch.shard).toMatchObject({ toStep: 100 });
});

test("40 volunteers at once lease and hand in: no shard twice, no result lost", async () => {
  const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
  await openExperiment(tinyHeader("busy", { seeds, spec: { ...tinyHeader("x").plan.spec, steps: 2 } }));
  const leases = await Promise.all(Array.from({ length: 40 }, () => lease("busy")));
  expect(new Set(leases.map(({ shard }) => shard.id)).size).toBe(40);
  const replies = await Promise.all(leases.map((granted) => finish(granted)));
  expect(replies.map(({ status }) => status)).toEqual(leases.map(() => 200));
  const { results: stored } = ExperimentResults.parse(await (await api("GET", "/api/experiments/busy/results")).json());
  expect(new Set(stored.map(({ provenance }) => provenance.shard))).toEqual(new Set(leases.map(({ shard }) => shard.id)));
});

test("ten copies of one result at once count once", async () => {
  const granted = await lease("tiny");
  await putCheckpoint(granted);
  const replies = await Promise.all(Array.from({ length: 10 }, () => handIn(granted)));
  const kinds = await Promise.all(replies.map(async (reply) => ResultReply.parse(await reply.json()).kind));
  expect(kinds.filter((kind) => kind === "accepted")).toHaveLength(1);
  expect(kinds.filter((kind) => kind === "repeated")).toHaveLength(9);
});

test("two holders of one stalled shard hand in at once: one is accepted, the other told why not", async () => {
  const first = await lease("tiny", { prefer: "tiny.standard-lr0.1.s1.k0" });
  for (let i = 0; i < 3; i++) await lease("tiny");
  for (let now = T0; now <= T0 + 1_800_000; now += 60_000) {
    await setClock("tiny", now);
    await api("POST", `/api/leases/${first.id}/heartbeat`, { step: 0, loss: null, accuracy: null, stepsPerSecond: null });
  }
  for (let i = 0; i < 3; i++) await lease("tiny");
  const second = await lease("tiny");
  expect(second.shard.id).toBe(first.shard.id);
  await putCheckpoint(first);
  const statuses = (await Promise.all([handIn(first), handIn(second)])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 409]);
});
