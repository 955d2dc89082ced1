import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import type { AuditWish } from "../../shared/protocol/operator-audit.ts";
import { type Somebody, api, handInOnly, lease, openExperiment, somebody } from "./api.ts";
import { device, resultOf } from "./tiny.ts";
import {
  ada,
  bob,
  eve,
  begin,
  GPU,
  type How,
  honest,
  rounded,
  signFlipped,
  header,
  stateAt,
  put,
  train,
  audit,
  auditNext,
  redo,
  audits,
} from "./auditing.ts";

beforeEach(begin);
afterEach(() => reset());

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
