import { evictDurableObject, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { canonicalJson } from "../../shared/math/json.ts";
import { RerunList } from "../../shared/protocol/rerun.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import { ExperimentSnapshot, StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { mergeMetrics } from "../../workers/coordinator/assimilator.ts";
import { NO_RESULTS, resultLink } from "../../workers/results-chain.ts";
import { AuditStore } from "../../workers/audit/audit-sqlite.ts";
import { AUDIT_TABLES_3, FOLD_COMMITS } from "../../workers/audit/audit-tables.ts";
import { createTables, upgradeTables } from "../../workers/schema-version.ts";
import { api, lease, stubOf } from "./api.ts";
import { OLD, OLD_RERUN, storeProtocol1 } from "./protocol-1.ts";

beforeEach(async () => {
  await storeProtocol1();
  for (const id of [OLD, OLD_RERUN]) await evictDurableObject(stubOf(id));
  await evictDurableObject(env.STUDY.getByName("study"));
});
afterEach(() => reset());

const resultsOf = async (id: string) =>
  ExperimentResults.parse(await (await api("GET", `/api/experiments/${id}/results`)).json());

test("results of an experiment from before there were measurements are read as having none", async () => {
  const { results } = await resultsOf(OLD);
  expect(results).toHaveLength(1);
  expect(results[0]).toMatchObject({ measurements: {}, evaluation: { loss: [2.3, 2.0000000000000004] } });
});

test("its runs go on, and it is published as the report reads it now", async () => {
  expect(await lease(OLD)).toMatchObject({ shard: { index: 1, fromStep: 200 }, startCheckpoint: "e".repeat(64) });
  await runInDurableObject(stubOf(OLD), (instance) => instance.alarm());
  const snapshot = ExperimentSnapshot.parse(await env.METRICS.get(`metrics:${OLD}`, "json"));
  expect(snapshot).toMatchObject({ version: 4, metrics: { progress: { shards: 1, steps: 200 } } });
  const { experiment, results } = await resultsOf(OLD);
  expect(canonicalJson(mergeMetrics(experiment.plan, results))).toBe(canonicalJson(snapshot.metrics));
});

test("its shards end where they did, and its results are chained in the order in which they were accepted", async () => {
  await lease(OLD);
  await runInDurableObject(stubOf(OLD), (_instance, { storage: { sql } }) => {
    expect(sql.exec("SELECT step, shards FROM runs").one()).toEqual({ step: 200, shards: 1 });
    const { position, link, json } = sql.exec<Record<string, string>>("SELECT position, link, json FROM results").one();
    expect([position, link]).toEqual([1, resultLink(NO_RESULTS, json!)]);
  });
});

test("reruns of another deployment are listed and published again with the study", async () => {
  await env.METRICS.put(`metrics:${OLD_RERUN}`, `{"protocol":1,"experiment":{}}`);
  const study = StudySnapshot.parse(await (await api("GET", "/api/snapshot")).json());
  expect(study.experiments.map(({ experiment }) => experiment.id)).toContain(OLD_RERUN);
  const { reruns } = RerunList.parse(await (await api("GET", "/api/reruns")).json());
  expect(reruns.map(({ id }) => id)).toEqual([OLD_RERUN]);
});

test("a store is upgraded once, from the version it has; one of a later version is left alone", async () => {
  await runInDurableObject(stubOf("scratch"), (_instance, { storage: { sql } }) => {
    const tables = { marker: "numbers", schema: "CREATE TABLE numbers (n INTEGER)", migrations: [] as string[] };
    const numbers = () =>
      sql
        .exec<{ n: number }>("SELECT n FROM numbers ORDER BY n")
        .toArray()
        .map(({ n }) => n);
    createTables(sql, tables);
    const second = { ...tables, migrations: ["INSERT INTO numbers VALUES (2)"] };
    const third = { ...tables, migrations: [...second.migrations, "INSERT INTO numbers VALUES (3)"] };
    expect([upgradeTables(sql, tables), upgradeTables(sql, second), upgradeTables(sql, second)]).toEqual([false, true, false]);
    expect(numbers()).toEqual([2]);
    expect(upgradeTables(sql, third)).toBe(true);
    expect(numbers()).toEqual([2, 3]);
    expect(() => upgradeTables(sql, second)).toThrow("numbers: got a store of version 3, want at most 2");
  });
});

test("intervals that were bound in rows of their own are one row, in step order, and say the same", async () => {
  const commit = (step: number) => ({ step, checkpoint: "c".repeat(64), opening: [2.3, null], log: "d".repeat(64) });
  await runInDurableObject(stubOf("scratch"), (_instance, { storage: { sql } }) => {
    sql.exec(AUDIT_TABLES_3);
    for (const [step, because] of [
      [10, "drawn"],
      [5, null],
    ] as const) {
      const row = ["s.k0", "ada", step, step - 5, null, "lease", JSON.stringify(commit(step)), because];
      sql.exec("INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ...row);
    }
    sql.exec(FOLD_COMMITS);
    expect(new AuditStore(sql).intervals("s.k0", "ada")).toEqual([
      { fromStep: 0, start: null, lease: "lease", commit: commit(5), because: null },
      { fromStep: 5, start: null, lease: "lease", commit: commit(10), because: "drawn" },
    ]);
    expect(new AuditStore(sql).isBound("c".repeat(64))).toBe(true);
  });
});
