import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { LogPage } from "../../shared/protocol/action-log.ts";
import { BundleLine } from "../../shared/protocol/bundle.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { EXPERIMENT_TABLES, STUDY_TABLES } from "../../workers/operator/kept-tables.ts";
import { ownHeaders, study } from "../../workers/study.ts";
import { api, ask, finish, lease, problemOf, stubOf } from "./api.ts";

afterEach(() => reset());

const operator = { authorization: "Bearer operator-token" };
const lines = { ...operator, "content-type": "application/jsonl" };
const rerun = {
  experiment: ownHeaders("pilot")[0]!.id,
  variants: ["batchnorm-lr0.1"],
  seeds: [7],
  overrides: { steps: 4, batchSize: 8, width: 1 / 64 },
};
const id = `${rerun.experiment}-rerun-1`;

const exported = async () =>
  new TextDecoder().decode(await (await api("GET", "/api/operator/export", undefined, operator)).arrayBuffer());
const parsed = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => BundleLine.parse(JSON.parse(line)));
const restore = (text: string) => api("POST", "/api/operator/restore", text, lines);
const results = async () => ExperimentResults.parse(await (await api("GET", `/api/experiments/${id}/results`)).json()).results;
const log = async () => LogPage.parse(await (await api("GET", "/api/log")).json()).entries;

/** A study in which something happened: a rerun with a result, and a pause. */
async function someStudy(): Promise<string> {
  await api("POST", "/api/reruns", rerun, operator);
  expect((await finish(await lease(id))).status).toBe(200);
  await api("POST", "/api/operator/pause", { experiment: id, reason: "to look at it" }, operator);
  return exported();
}

test("everything that is kept goes out as lines, and comes back into an empty coordinator as it was", async () => {
  const text = await someStudy();
  const before = { results: await results(), log: await log() };
  expect(before.results).toHaveLength(1);
  const kinds = new Set(parsed(text).map(({ line }) => line));
  expect([...kinds]).toEqual(["bundle", "log", "study", "experiment", "row"]);
  expect(text).not.toContain("operator-token");

  await reset();
  // Somebody has looked at the new deployment meanwhile: its log tells of openings.
  await api("GET", "/api/snapshot");
  const body = text.split("\n").slice(1).join("\n");
  expect(await (await restore(body)).json()).toEqual({ lines: body.trimEnd().split("\n").length });
  // Broken off and begun again: what is there is passed over.
  expect((await restore(body)).status).toBe(200);
  const end = await api("POST", "/api/operator/restore/end", { bundle: "0".repeat(64), lines: 3 }, operator);
  expect(end.status).toBe(200);

  expect(await results()).toEqual(before.results);
  const after = await log();
  expect(after.slice(0, -1)).toEqual(before.log);
  expect(after.at(-1)).toMatchObject({ kind: "restored", fields: { bundle: "0".repeat(64), lines: 3 } });
  expect(await ask(id)).toMatchObject({ kind: "idle", reason: expect.stringContaining("to look at it") as string });
  await runInDurableObject(stubOf(id), (instance) => instance.alarm());
  const snapshot = ExperimentSnapshot.parse(await (await api("GET", `/api/snapshot/${id}`)).json());
  expect(snapshot.metrics.progress).toMatchObject({ shards: 1, steps: before.results[0]!.provenance.toStep });
  const again = parsed(await exported());
  const rowsOf = (all: readonly BundleLine[]) => all.filter(({ line }) => line === "row");
  expect(rowsOf(again)).toEqual(rowsOf(parsed(text)));
});

test("is refused where other things were done, where a chain is broken, and what is no line", async () => {
  const body = (await someStudy()).split("\n").slice(1).join("\n");
  await reset();
  await api("POST", "/api/reruns", { ...rerun, seeds: [8] }, operator);
  expect((await problemOf(restore(body), 409)).title).toBe("Not an empty coordinator");
  await reset();
  const broken = body.replace('\\"seed\\":7', '\\"seed\\":8');
  expect(broken).not.toBe(body);
  expect((await problemOf(restore(broken), 422)).detail).toContain("result 1 does not follow");
  expect((await problemOf(restore('{"line":"bundle"}\n'), 400)).detail).toContain("line 1: line");
  await problemOf(api("POST", "/api/operator/restore", body, { "content-type": "application/jsonl" }), 401);
});

test("every table is in a bundle or named as left out", async () => {
  await someStudy();
  const tables = (sql: SqlStorage) =>
    sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'",
      )
      .toArray()
      .map(({ name }) => name)
      .sort();
  const of = ({ small, large, leftOut }: typeof STUDY_TABLES) => [...small, ...large, ...leftOut].sort();
  expect(await runInDurableObject(stubOf(id), (_i, { storage }) => tables(storage.sql))).toEqual(of(EXPERIMENT_TABLES));
  expect(await runInDurableObject(study(env), (_i, { storage }) => tables(storage.sql))).toEqual(of(STUDY_TABLES));
});
