import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { encodeCheckpoint } from "../../shared/nn/checkpoint.ts";
import { initialState, stateLayout } from "../../shared/nn/training.ts";
import { normal } from "../../shared/math/random.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { type AuditRecord, CommitReply, ExperimentAudits } from "../../shared/protocol/audit.ts";
import { type Lease, LeaseReply, type LeaseRequest } from "../../shared/protocol/lease.ts";
import { ExperimentResults, type Result } from "../../shared/protocol/result.ts";
import type { AuditWish } from "../../shared/protocol/operator-audit.ts";
import { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { readSnapshot } from "../../workers/metrics-kv.ts";
import { CoordinatorStore } from "../../workers/store-sqlite.ts";
import { auditsSha256 } from "../../shared/audit/audited.ts";
import { LogPage } from "../../shared/protocol/action-log.ts";
import { studyIndex } from "../../workers/study.ts";
import { type Somebody, api, as, handIn, handInOnly, hold, lease, openExperiment, problemOf, somebody, stubOf } from "./api.ts";
import { commitOf, device, leaseRequest, resultOf, tinyHeader } from "./tiny.ts";

/** Shards of 40 steps in eight intervals of 5; what anybody "trains" moves the weights along a direction of the step. */
const plan = {
  shardSteps: 40,
  spec: { ...tinyHeader("x").plan.spec, steps: 40, evaluateEvery: null, probes: undefined as never },
};
const header = () => {
  const { probes: _none, ...spec } = plan.spec;
  return tinyHeader("tiny", { shardSteps: plan.shardSteps, spec });
};
let [ada, bob, eve, operator] = [] as unknown as Somebody[] as [Somebody, Somebody, Somebody, Somebody];
const GPU = { ...device, provider: "webgpu" as const, adapter: "another vendor" };

beforeEach(async () => {
  [ada, bob, eve, operator] = [await somebody(), await somebody(), await somebody(), await somebody()];
  await openExperiment(header());
});
afterEach(() => reset());

type How = (step: number, movement: Float32Array) => Float32Array;
const honest: How = (_step, movement) => movement;
/** Rounding on another provider: a tiny movement at right angles to the true one. */
const rounded: How = (step, movement) => movement.map((v, i) => v + 1e-6 * v * Math.sign(Math.sin(i * 7 + step)));
const signFlipped: How = (_step, movement) => movement.map((v) => -v);
const skipping: How = (_step, movement) => movement.map((v) => 0.3 * v);
/** One step in five left out. */
const skippingSome: How = (step, movement) => movement.map((v, i) => (i % 5 === step % 5 ? 0 : v));

/** State after `step` updates, as somebody would have it who trains `how` he does; the directions are those of no real network. */
function stateAt({ spec }: Lease, step: number, how: How): { bytes: Uint8Array<ArrayBuffer>; sha256: string } {
  const layout = stateLayout(spec);
  const initial = initialState(spec);
  const parameters = Float32Array.from(initial["parameters"]!);
  for (let until = 5; until <= step; until += 5) {
    const movement = Float32Array.from(normal(spec.seed, "movement", until, parameters.length), (v) => v * 0.01);
    how(until, movement).forEach((v, i) => (parameters[i]! += v));
  }
  const bytes = encodeCheckpoint({ step, state: { ...initial, parameters } }, layout);
  return { bytes, sha256: sha256Hex(bytes) };
}

const put = (granted: Lease, { bytes, sha256 }: ReturnType<typeof stateAt>) =>
  api("PUT", `/api/checkpoints/${sha256}?lease=${granted.id}`, bytes, { "content-length": String(bytes.length) });

/** Trains a leased shard `how` he does, binds every interval, stores what is wanted, and hands in. */
async function train(
  granted: Lease,
  how: How = honest,
  change: (result: Result) => Partial<Result> = () => ({}),
): Promise<Response> {
  const { fromStep, toStep } = granted.shard;
  const end = stateAt(granted, toStep, how);
  const good = resultOf(granted, { endCheckpoint: end.sha256 });
  const result = { ...good, ...change(good) };
  await put(granted, end);
  for (let from = fromStep; granted.commitEvery && from < toStep; from += 5) {
    const commit = { ...commitOf(granted, result, from, from + 5), checkpoint: stateAt(granted, from + 5, how).sha256 };
    const opening = from === fromStep ? result.opening : commit.opening;
    const reply = await api("POST", `/api/leases/${granted.id}/commits`, { commits: [{ ...commit, opening }] });
    const { wanted } = CommitReply.parse(await reply.json());
    for (const step of [from, from + 5]) {
      const state = stateAt(granted, step, how);
      if (wanted.includes(state.sha256)) await put(granted, state);
    }
  }
  return handInOnly(granted, result);
}

async function audit(
  { experiment = "tiny", ...change }: Partial<LeaseRequest> = {},
  wish: AuditWish = {},
): Promise<Lease | null> {
  const body = { session: operator.token, ask: leaseRequest({ experiment, ...change }), ...wish };
  const response = await api("POST", "/api/audits/leases", body, { authorization: "Bearer operator-token" });
  const reply = LeaseReply.parse(await response.json());
  if (reply.kind === "idle") return null;
  hold(reply.lease, operator);
  return reply.lease;
}

/** The operator's auditor on an interval: it begins at the claimed state, which it takes as it is. */
async function auditNext(how: How, from: How = honest, change: Partial<LeaseRequest> = {}): Promise<Lease> {
  return redo((await audit(change))!, how, from);
}

/** Trains a leased interval again, from the state that `from` came to. */
async function redo(granted: Lease, how: How, from: How): Promise<Lease> {
  const end = movedFrom(granted, stateAt(granted, granted.shard.fromStep, from), how);
  await put(granted, end);
  const response = await handInOnly(granted, resultOf(granted, { endCheckpoint: end.sha256 }));
  expect(response.status).toBe(200);
  return granted;
}

/** One interval of true movement, as `how` would round it, from the claimed start. */
function movedFrom(granted: Lease, start: ReturnType<typeof stateAt>, how: How) {
  const layout = stateLayout(granted.spec);
  const { toStep, fromStep } = granted.shard;
  const size = layout[0]!.shape[0]!;
  const headerBytes = start.bytes.length - layout.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);
  const parameters = new Float32Array(start.bytes.slice(headerBytes, headerBytes + 4 * size).buffer);
  const movement = Float32Array.from(normal(granted.spec.seed, "movement", toStep, size), (v) => v * 0.01);
  if (toStep > fromStep) how(toStep, movement).forEach((v, i) => (parameters[i]! += v));
  const bytes = encodeCheckpoint({ step: toStep, state: { ...initialState(granted.spec), parameters } }, layout);
  return { bytes, sha256: sha256Hex(bytes) };
}

const audits = async (): Promise<AuditRecord[]> =>
  ExperimentAudits.parse(await (await api("GET", "/api/experiments/tiny/audits")).json()).audits;
/** What the snapshot says of audits, once the object has published what is new. */
async function published(): Promise<ExperimentSnapshot["audits"]> {
  await runInDurableObject(stubOf("tiny"), (object) => object.alarm());
  return ExperimentSnapshot.parse(JSON.parse((await readSnapshot(env.METRICS, "tiny"))!)).audits;
}
const results = async () => ExperimentResults.parse(await (await api("GET", "/api/experiments/tiny/results")).json());

describe("an honest volunteer", () => {
  test("has one interval of its first shard drawn, which the operator's auditor trains again to the same bits", async () => {
    const granted = await lease("tiny", { volunteer: ada });
    expect(granted.commitEvery).toBe(5);
    expect((await train(granted)).status).toBe(200);
    expect(await audits()).toMatchObject([{ shard: granted.shard.id, kind: "replay", because: "drawn", verdict: null }]);
    const again = await auditNext(honest);
    expect(again.shard.toStep - again.shard.fromStep).toBe(5);
    expect(again.audit).toEqual({ kind: "replay", because: "drawn" });
    expect(granted.audit).toBeUndefined();
    expect(await audits()).toMatchObject([{ verdict: "passed", outcomes: [{ by: "operator", words: "The same bits." }] }]);
  });

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

  test("passes an audit on another kind of device, where rounding has grown", async () => {
    await train(await lease("tiny", { volunteer: ada }));
    await auditNext(rounded, honest, { device: GPU });
    const [record] = await audits();
    expect(record).toMatchObject({ verdict: "passed", outcomes: [{ agrees: true }] });
    expect(record!.outcomes[0]!.distance).toBeLessThan(1e-7);
  });

  test("is audited by that of the operator's auditors which comes to the same bits", async () => {
    const wasm = (threads: number) => ({ ...device, provider: "wasm" as const, threads });
    const granted = await lease("tiny", { volunteer: ada, device: wasm(4) });
    await train(granted);
    const isFor = async (own: typeof device, wish: AuditWish) =>
      (await audit({ device: own }, wish))?.shard.id === granted.shard.id;
    expect(await isFor(wasm(2), { only: "same bits" })).toBe(false);
    expect(await isFor(device, { leave: [wasm(2), wasm(4)] })).toBe(false);
    expect(await isFor(wasm(4), { only: "same bits" })).toBe(true);
  });

  test("may check others once it was checked itself, but never itself", async () => {
    for (let shard = 0; shard < 2; shard++) {
      await train(await lease("tiny", { volunteer: ada }));
      await auditNext(honest);
    }
    await train(await lease("tiny", { volunteer: bob }));
    const open = (await audits()).filter(({ verdict }) => verdict === null);
    expect(open).toHaveLength(1);
    expect(await lease("tiny", { volunteer: bob })).not.toMatchObject({
      shard: { fromStep: open[0]!.fromStep, toStep: open[0]!.toStep },
    });
    const granted = await lease("tiny", { volunteer: ada });
    expect(granted).toMatchObject({ shard: { id: open[0]!.shard, fromStep: open[0]!.fromStep, toStep: open[0]!.toStep } });
    expect(granted.commitEvery).toBeUndefined();
  });
});

test("a state whose test was reported may be tested again: no step is trained, and the numbers must be the same", async () => {
  const { plan: base } = header();
  await openExperiment({ ...header(), id: "tests", plan: { ...base, spec: { ...base.spec, evaluateEvery: 40 } } });
  const coins = vi.spyOn(Math, "random").mockReturnValue(0.05); // Every coin falls on an audit.
  const granted = await lease("tests", { volunteer: ada });
  expect((await train(granted)).status).toBe(200);
  coins.mockRestore();
  await auditNext(honest, honest, { experiment: "tests" });
  const again = (await audit({ experiment: "tests" }))!;
  expect(again).toMatchObject({ shard: { fromStep: 40, toStep: 40 }, startCheckpoint: stateAt(granted, 40, honest).sha256 });
  const nothing = { step: [], loss: [], accuracy: [] };
  const { evaluation } = resultOf(granted);
  const last = { step: [40], loss: evaluation.loss.slice(-1), accuracy: evaluation.accuracy.slice(-1) };
  const tested = { training: nothing, evaluation: last, opening: [], measurements: {}, endCheckpoint: again.startCheckpoint };
  expect((await handInOnly(again, resultOf(again, tested))).status).toBe(200);
  const { audits: records } = ExperimentAudits.parse(await (await api("GET", "/api/experiments/tests/audits")).json());
  expect(records.map(({ kind, verdict }) => [kind, verdict])).toEqual([
    ["replay", "passed"],
    ["evaluation", "passed"],
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

describe("what was measured along a drawn interval", () => {
  const probes = { landscape: { every: 5, along: [0.5, 1], random: [1] } };
  const open = (id: string) => {
    const { plan: base } = header();
    const spec = { ...base.spec, steps: 5, probes };
    return openExperiment({ ...header(), id, plan: { ...base, shardSteps: 5, spec } });
  };
  /** Every number of a column `times` as large. */
  const scaled = (result: Result, column: string, times: number): Partial<Result> => {
    const landscape = result.measurements.landscape!;
    const values = (landscape.columns[column] as number[]).map((value) => value * times);
    return { measurements: { landscape: { ...landscape, columns: { ...landscape.columns, [column]: values } } } };
  };

  test.each([
    [1, "passed", "What was measured along it agrees, too."],
    [1.5, "contradicted", "landscape normSum at step 0"],
  ])("is measured again: %d times as large", async (times, verdict, words) => {
    await open("measured");
    const granted = await lease("measured", { volunteer: eve });
    expect((await train(granted, honest, (result) => scaled(result, "normSum", times))).status).toBe(200);
    const again = (await audit({ experiment: "measured", device: GPU }))!;
    expect(again.spec.probes).toEqual(probes);
    const end = movedFrom(again, stateAt(again, 0, honest), rounded);
    await put(again, end);
    expect((await handInOnly(again, resultOf(again, { endCheckpoint: end.sha256 }))).status).toBe(200);
    const { audits: records } = ExperimentAudits.parse(await (await api("GET", "/api/experiments/measured/audits")).json());
    expect(records).toMatchObject([{ verdict, outcomes: [{ words: expect.stringContaining(words) as string }] }]);
  });

  test("is bound with it: no other numbers can be handed in afterwards", async () => {
    await open("bound");
    const granted = await lease("bound", { volunteer: eve });
    const good = resultOf(granted, { endCheckpoint: stateAt(granted, 5, honest).sha256 });
    await put(granted, stateAt(granted, 5, honest));
    const commit = commitOf(granted, good, 0, 5);
    expect((await api("POST", `/api/leases/${granted.id}/commits`, { commits: [commit] })).status).toBe(200);
    const { errors } = await problemOf(handInOnly(granted, { ...good, ...scaled(good, "normSum", 1.1) }), 422);
    expect(errors?.map(({ path }) => path)).toEqual(["measurements (steps 0 to 5)"]);
  });
});

describe("a dishonest one", () => {
  test.each([
    ["skips most steps", skipping],
    ["flips signs", signFlipped],
  ])("that %s contradicts the audit; its results leave, and the seeds are leased again", async (_, how) => {
    const granted = await lease("tiny", { volunteer: eve });
    await train(granted, how);
    expect((await results()).results).toHaveLength(1);
    await auditNext(honest, how, { device: GPU });
    expect(await audits()).toMatchObject([{ verdict: "contradicted", outcomes: [{ agrees: false }] }]);
    const left = await results();
    expect(left.results).toEqual([]);
    expect(left.voided).toMatchObject([{ voided: { for: "identity" } }]);
    await problemOf(api("POST", "/api/leases", leaseRequest({ experiment: "tiny" }), as(eve)), 403);
    expect(await lease("tiny", { volunteer: ada })).toMatchObject({ shard: { id: granted.shard.id } });
  });

  test("that skips a few steps is blamed by nobody on another kind of device, and caught on one of its own", async () => {
    await train(await lease("tiny", { volunteer: eve }), skippingSome);
    await auditNext(honest, skippingSome, { device: GPU });
    expect(await audits()).toMatchObject([{ verdict: "could not be verified", outcomes: [{ agrees: null }] }]);
    expect((await results()).results).toHaveLength(1);
    await train(await lease("tiny", { volunteer: eve }), skippingSome);
    await auditNext(honest, skippingSome);
    expect((await audits()).at(-1)).toMatchObject({ verdict: "contradicted" });
    expect((await results()).results).toEqual([]);
  });

  test("is voided in every experiment, which the study is told of by the alarm", async () => {
    const { own } = await studyIndex(env);
    await train(await lease("tiny", { volunteer: eve }), signFlipped);
    await auditNext(honest, signFlipped, { device: GPU });
    await runDurableObjectAlarm(stubOf("tiny"));
    await problemOf(api("POST", "/api/leases", leaseRequest({ experiment: own[0]! }), as(eve)), 403);
  });

  test("that makes up losses differs in the first of them", async () => {
    const half = (values: readonly (number | null)[]) => values.map((loss) => loss! / 2);
    const lie = (result: Result): Partial<Result> => ({
      training: { ...result.training, loss: half(result.training.loss) },
      opening: half(result.opening),
    });
    await openExperiment({
      ...header(),
      id: "lies",
      plan: { ...header().plan, shardSteps: 5, spec: { ...header().plan.spec, steps: 5 } },
    });
    const granted = await lease("lies", { volunteer: eve });
    expect((await train(granted, honest, lie)).status).toBe(200);
    const again = (await audit({ experiment: "lies" }))!;
    const end = stateAt(again, 5, honest);
    await put(again, end);
    expect((await handInOnly(again, resultOf(again, { endCheckpoint: end.sha256 }))).status).toBe(200);
    const { audits: records } = ExperimentAudits.parse(await (await api("GET", "/api/experiments/lies/audits")).json());
    expect(records).toMatchObject([{ verdict: "contradicted" }]);
    expect(records[0]!.outcomes[0]!.words).toContain("loss of step 1");
  });

  test("cannot hand in what it did not bind, nor other rows than it bound, nor leave a drawn interval out", async () => {
    const granted = await lease("tiny", { volunteer: eve });
    const end = stateAt(granted, 40, honest);
    await put(granted, end);
    const result = resultOf(granted, { endCheckpoint: end.sha256 });
    const post = (body: Result) => handInOnly(granted, body);
    expect((await problemOf(post(result), 422)).detail).toContain("got the shard bound up to step 0, want 40");
    for (let from = 0; from < 40; from += 5) {
      const commit = { ...commitOf(granted, result, from, from + 5), checkpoint: stateAt(granted, from + 5, honest).sha256 };
      expect((await api("POST", `/api/leases/${granted.id}/commits`, { commits: [commit] })).status).toBe(200);
    }
    const { training } = result;
    const accuracy = training.accuracy.map((share, i) => (i === 38 ? (share === 0 ? 0.5 : 0) : share));
    expect((await problemOf(post({ ...result, training: { ...training, accuracy } }), 422)).detail).toContain("as was bound");
    const refused = await problemOf(post(result), 422);
    expect(refused.errors?.[0]?.message).toContain("want it stored for an audit");
  });

  test("that replays another's result is refused: model, start and lease are not its own", async () => {
    const first = await lease("tiny", { volunteer: ada });
    await train(first);
    const other = await lease("tiny", { volunteer: eve });
    const copy = resultOf(first, { endCheckpoint: stateAt(first, 40, honest).sha256 });
    await problemOf(handIn(other, copy), 422);
  });
});

test("the operator's losses of a shard's first steps, known in advance, make a wrong opening suspect at once", async () => {
  const opening = (await audit())!;
  expect(opening).toMatchObject({ shard: { fromStep: 0, toStep: 5 }, audit: { kind: "opening", because: null } });
  const known = stateAt(opening, 5, honest);
  await put(opening, known);
  const truth = resultOf(opening, { endCheckpoint: known.sha256 });
  expect((await handInOnly(opening, truth)).status).toBe(200);
  expect((await api("GET", `/api/checkpoints/${known.sha256}`)).status).toBe(404);

  const granted = await lease("tiny", { volunteer: eve, prefer: opening.shard.id });
  const half = (values: readonly (number | null)[]) => values.map((loss) => loss! / 2);
  await train(granted, honest, ({ training, opening: losses }) => ({
    training: { ...training, loss: training.loss.map((loss, i) => (i < 5 ? loss! / 2 : loss)) },
    opening: half(losses),
  }));
  expect((await audits()).map(({ because, fromStep }) => [because, fromStep])).toContainEqual(["suspect", 0]);
});

test("an auditor that lies is outvoted: whom it accused stays, and its word needs proof again", async () => {
  await openExperiment({ ...header(), id: "many", plan: { ...header().plan, seeds: [1, 2, 3, 4, 5] } });
  const inMany = { experiment: "many" };
  for (const volunteer of [ada, bob, eve]) {
    for (let shard = 0; shard < 2; shard++) {
      await train(await lease("many", { volunteer }));
      await auditNext(honest, honest, inMany);
    }
  }
  const dan = await somebody();
  const accused = await lease("many", { volunteer: dan });
  await train(accused);
  const opinions: [Somebody, How][] = [
    [eve, signFlipped],
    [bob, honest],
    [ada, honest],
  ];
  for (const [volunteer, how] of opinions) {
    const granted = await lease("many", { volunteer });
    expect(granted.shard.id).toBe(accused.shard.id);
    expect(granted.audit).toEqual({ kind: "replay", because: "drawn" });
    await redo(granted, how, honest);
  }
  const { audits: records } = ExperimentAudits.parse(await (await api("GET", "/api/experiments/many/audits")).json());
  expect(records.at(-1)).toMatchObject({ verdict: "passed", outcomes: { length: 3 } });
  await train(await lease("many", { volunteer: dan }));
  const next = await lease("many", { volunteer: eve });
  expect(next.commitEvery).toBe(5); // A shard to train: audits are not for it any more.
});
