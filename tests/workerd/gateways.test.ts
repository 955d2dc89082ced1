import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { canonicalJson } from "../../shared/math/json.ts";
import { ExperimentLine, Row } from "../../shared/protocol/bundle.ts";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import type { Plan } from "../../shared/protocol/experiment.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { mergeMetrics } from "../../workers/coordinator/assimilator.ts";
import type { Batch } from "../../workers/gateway/gateway-sqlite.ts";
import { gatewayOfLease } from "../../workers/gateway/lease-uuid.ts";
import { gatewayName } from "../../workers/gateway/place.ts";
import { EXPERIMENT_TABLES, GATEWAY_TABLES } from "../../workers/operator/kept-tables.ts";
import {
  api,
  ask,
  finish,
  lease,
  openExperiment,
  problemOf,
  putCheckpoint,
  setClock,
  somebody,
  type Somebody,
  stubOf,
  T0,
} from "./api.ts";
import { resultOf, tinyHeader } from "./tiny.ts";

const gatewaysOf = (id: string) => [1, 2].map((n) => gatewayName(id, n));

/** Runs of one shard each: how long shards are depends on how fast a volunteer was before, and each gateway knows only its own results. */
const inOne = { shardSteps: 6 };

/** An experiment with two gateways: the seeds 1 and 2 are one's each. */
async function openSpread(id: string, change: Partial<Plan> = {}): Promise<void> {
  for (const name of [id, ...gatewaysOf(id)]) await setClock(name, T0);
  await stubOf(id).open(tinyHeader(id, change), { kind: "root", gateways: 2 });
}

/** The gateways tell the root what happened, and it publishes. */
async function flush(id: string): Promise<ExperimentSnapshot> {
  for (const name of gatewaysOf(id)) await runDurableObjectAlarm(stubOf(name));
  await runInDurableObject(stubOf(id), (instance) => instance.alarm());
  return ExperimentSnapshot.parse(await env.METRICS.get(`metrics:${id}`, "json"));
}

const resultsOf = async (id: string) =>
  ExperimentResults.parse(await (await api("GET", `/api/experiments/${id}/results`)).json());

/** Trains whatever there is. @returns the leases */
async function trainAll(id: string, volunteer: Somebody): Promise<Lease[]> {
  const leases: Lease[] = [];
  for (;;) {
    const reply = await ask(id, { volunteer });
    if (reply.kind === "idle") return leases;
    leases.push(reply.lease);
    expect((await finish(reply.lease)).status).toBe(200);
  }
}

test("with and without gateways, the same work gives the same merged metrics, byte for byte", async () => {
  const volunteer = await somebody();
  await openExperiment(tinyHeader("whole", inOne));
  await openSpread("spread", inOne);
  await trainAll("whole", volunteer);
  const leases = await trainAll("spread", volunteer);
  expect(new Set(leases.map(({ id }) => gatewayOfLease(id)))).toEqual(new Set([1, 2]));
  await runInDurableObject(stubOf("whole"), (instance) => instance.alarm());
  const whole = ExperimentSnapshot.parse(await env.METRICS.get("metrics:whole", "json"));
  const spread = await flush("spread");
  expect(whole.metrics.progress).toMatchObject({ shards: 4, runsFinished: 4 });
  expect(canonicalJson(spread.metrics).replaceAll("spread.", "whole.")).toBe(canonicalJson(whole.metrics));
  const { experiment, results } = await resultsOf("spread");
  expect(canonicalJson(mergeMetrics(experiment.plan, results))).toBe(canonicalJson(spread.metrics));
});

test("a result is acknowledged once its gateway has it, and comes to the root after the gateway was restarted", async () => {
  await openSpread("restarted");
  const granted = await lease("restarted");
  expect((await finish(granted)).status).toBe(200);
  for (const name of gatewaysOf("restarted")) await evictDurableObject(stubOf(name));
  for (const name of gatewaysOf("restarted")) await setClock(name, T0);
  expect((await resultsOf("restarted")).results).toHaveLength(0);
  expect(await finish(granted).then((response) => response.json())).toMatchObject({ kind: "repeated" });
  expect((await flush("restarted")).metrics.progress.shards).toBe(1);
});

test("a batch whose answer was lost comes again and counts once; a gap, or a call that was overtaken, changes nothing", async () => {
  await openSpread("twice");
  const json = (n: number) => canonicalJson({ variant: "standard-lr0.1", seed: 1, n });
  const run = { variant: "standard-lr0.1", seed: 1, shards: 1, step: 2, checkpoint: "a".repeat(64), divergedAt: null };
  const result = (position: number) => {
    const shard = `twice.standard-lr0.1.s1.k${position - 1}`;
    return { position, shard, volunteer: "v", steps: 2, json: json(position), voided: null };
  };
  const first: Batch = { number: 1, batch: 1, after: 0, upTo: 1, results: [result(1)], voids: [], runs: [run], leased: [] };
  const again: Batch = { ...first, batch: 2, upTo: 2, results: [result(1), result(2)], runs: [{ ...run, shards: 2, step: 4 }] };
  const rows = () =>
    runInDurableObject(stubOf("twice"), (_, { storage: { sql } }) => ({
      results: sql
        .exec("SELECT json FROM results ORDER BY position")
        .toArray()
        .map((row) => row.json),
      ...sql.exec("SELECT shards FROM runs WHERE seed = 1 AND variant = 'standard-lr0.1'").one(),
    }));
  await stubOf("twice").take(first);
  await stubOf("twice").take(again);
  await stubOf("twice").take(first);
  const both = { results: [json(1), json(2)], shards: 2 };
  expect(await rows()).toEqual(both);
  await runInDurableObject(stubOf("twice"), (instance) => {
    expect(() => instance.take({ ...first, batch: 3, after: 7, upTo: 8, results: [result(8)] })).toThrow("want those after 2");
  });
  expect(await rows()).toEqual(both);
});

test("what is voided leaves the root too, also what had been handed on, and what the gateway accepts in its place counts", async () => {
  await openSpread("voided");
  const [cheat, honest] = [await somebody(), await somebody()];
  const before = await trainAll("voided", cheat);
  await flush("voided");
  expect(await stubOf("voided").void(cheat.id, "a test")).toBe(before.length);
  const after = await trainAll("voided", honest);
  const { metrics } = await flush("voided");
  expect(metrics.progress).toMatchObject({ shards: after.length, runsFinished: 4, volunteers: 1 });
  const { results, voided } = await resultsOf("voided");
  expect(new Set(results.map(({ provenance }) => provenance.volunteer))).toEqual(new Set([honest.id]));
  expect(voided).toHaveLength(before.length);
  await problemOf(
    api(
      "POST",
      "/api/leases",
      { protocol: 3, device: { provider: "cpu", adapter: null, threads: 1, runtime: "x", platform: "x" }, experiment: "voided" },
      { authorization: `Bearer ${cheat.token}` },
    ),
    403,
  );
});

test("what was voided before it was handed on comes as voided, and never counts", async () => {
  await openSpread("unsent");
  const [cheat, honest] = [await somebody(), await somebody()];
  const granted = await lease("unsent", { volunteer: cheat });
  await finish(granted);
  await stubOf("unsent").void(cheat.id, "a test");
  await finish(await lease("unsent", { volunteer: honest, prefer: granted.shard.id }));
  expect((await flush("unsent")).metrics.progress).toMatchObject({ shards: 1, volunteers: 1 });
  expect((await resultsOf("unsent")).voided).toHaveLength(1);
});

test("a page hears of those who train at gateways, the operator of their leases, anyone of their audits; a pause holds there", async () => {
  await openSpread("seen");
  const granted = await lease("seen");
  expect((await flush("seen")).trainingNow).toBe(1);
  expect(await stubOf("seen").status()).toMatchObject({ leases: 1, volunteers: 1, results: 0 });
  await putCheckpoint(granted);
  await finish(granted, { trainMs: resultOf(granted).trainMs });
  const { audits } = ExperimentAudits.parse(await (await api("GET", "/api/experiments/seen/audits")).json());
  expect(audits.map(({ shard }) => shard)).toContain(granted.shard.id);
  await stubOf("seen").setPaused("a test");
  expect(await ask("seen")).toMatchObject({ kind: "idle", reason: expect.stringContaining("a test") as string });
  await stubOf("seen").setPaused(null);
  expect((await ask("seen")).kind).toBe("lease");
});

test("a lease of a gateway that is not there is not found", async () => {
  await openSpread("small");
  const granted = await lease("small");
  const id = granted.id.replace(/.{4}$/, "00ff");
  await problemOf(
    api(
      "POST",
      `/api/leases/${id}/heartbeat`,
      { step: 0, loss: null, accuracy: null, stepsPerSecond: null },
      { authorization: `Bearer ${(await somebody()).token}` },
    ),
    404,
  );
});

test("every table that gateways need is named as left out of bundles", async () => {
  await openSpread("tables");
  // The caps' table is there once something was counted.
  await finish(await lease("tables"));
  const query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'";
  const tables = (name: string) =>
    runInDurableObject(stubOf(name), (_, { storage }) =>
      storage.sql
        .exec<{ name: string }>(query)
        .toArray()
        .map(({ name }) => name),
    );
  const known = [EXPERIMENT_TABLES, GATEWAY_TABLES].flatMap(({ small, large, leftOut }) => [...small, ...large, ...leftOut]);
  const both = new Set((await Promise.all(["tables", ...gatewaysOf("tables")].map(tables))).flat());
  expect([...both].sort()).toEqual(known.sort());
});

test("what gateways keep goes into a bundle behind what the root has, and comes back as an experiment without gateways", async () => {
  await openSpread("bundled", inOne);
  const volunteer = await somebody();
  const leases = await trainAll("bundled", volunteer);
  // Nothing was flushed: the bundle asks for it.
  const line = ExperimentLine.parse(JSON.parse(await stubOf("bundled").exportLine()));
  expect(line).toMatchObject({ results: leases.length, snapshot: { metrics: { progress: { runsFinished: 4 } } } });
  const tables = new Map<string, Row[]>();
  for (const table of EXPERIMENT_TABLES.large) {
    const rows: Row[] = [];
    for (let offset: number | null = 0; offset !== null;) {
      const page: { rows: string[]; next: number | null } = await stubOf("bundled").exportRows(table, offset, null);
      rows.push(...page.rows.map((row) => Row.parse(JSON.parse(row))));
      offset = page.next;
    }
    tables.set(table, rows);
  }
  const column = (table: string, name: string) => tables.get(table)!.map((row) => row[name]);
  expect(new Set(column("leases", "id"))).toEqual(new Set(leases.map(({ id }) => id)));
  // Newcomers' shards are audited: each gateway has some, of numbers of its own.
  expect(new Set(column("audits", "n")).size).toBe(column("audits", "n").length);
  expect(new Set(column("audits", "shard"))).toEqual(new Set(leases.map(({ shard }) => shard.id)));

  const restored = runInDurableObject(stubOf("bundled"), (instance) => instance.restoreLine(JSON.stringify(line)));
  expect(await restored).toMatchObject({
    ok: false,
    problem: { status: 409, title: "Gateways", detail: expect.stringContaining("bundled: got 2 gateways, want none") as string },
  });
  const empty = env.COORDINATOR.getByName("empty");
  expect(await empty.restoreLine(JSON.stringify(line))).toMatchObject({ ok: true });
  for (const [table, rows] of tables) {
    if (rows.length > 0) expect(await empty.restoreRows(table, JSON.stringify(rows))).toMatchObject({ ok: true });
  }
  const status = await empty.status();
  expect(status).toMatchObject({ results: leases.length, runs: { finished: 4 }, leases: 0 });
  for (const [table, rows] of tables) {
    const back = await empty.exportRows(table, 0, null);
    expect(back.rows.map((row) => JSON.parse(row) as unknown)).toHaveLength(rows.length);
  }
});
