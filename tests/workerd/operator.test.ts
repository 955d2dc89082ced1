import { createExecutionContext, evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test } from "vitest";
import { LogPage } from "../../shared/protocol/action-log.ts";
import { OperatorStatus } from "../../shared/protocol/operator.ts";
import { app } from "../../workers/index.ts";
import { ownHeaders, study } from "../../workers/study.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import { api, as, ask, finish, lease, problemOf, somebody, stubOf } from "./api.ts";
import { leaseRequest } from "./tiny.ts";

afterEach(() => reset());

const operator = { authorization: "Bearer operator-token" };
const post = (path: string, body: unknown, headers: Record<string, string> = operator) =>
  api("POST", `/api/operator/${path}`, body, headers);
const status = async () => OperatorStatus.parse(await (await api("GET", "/api/operator/status", undefined, operator)).json());
const own = ownHeaders("pilot").map(({ id }) => id);

/** An experiment whose shards take no time to make up. */
async function smallRerun(): Promise<string> {
  const overrides = { steps: 4, batchSize: 8, width: 1 / 64 };
  const asked = await api("POST", "/api/reruns", { experiment: own[0], seeds: [9], overrides }, operator);
  return (await asked.json<{ id: string }>()).id;
}

describe("the operator's token", () => {
  test("is asked for, and another one is refused; so is the token for reruns", async () => {
    await problemOf(api("GET", "/api/operator/status"), 401);
    for (const token of ["operator-toke", "operator-token2", "test-token"]) {
      await problemOf(api("GET", "/api/operator/status", undefined, { authorization: `Bearer ${token}` }), 403);
    }
    for (const path of ["pause", "resume"]) await problemOf(post(path, { reason: "x" }, {}), 401);
    expect(LogPage.parse(await (await api("GET", "/api/log")).json()).entries).toEqual([]);
  });

  test("is changed without a gap: the next one is valid beside it, and then alone; with none the API is off", async () => {
    const reply = (tokens: Partial<Record<"OPERATOR_TOKEN" | "OPERATOR_TOKEN_NEXT", string>>, token: string) =>
      app.request(
        "/api/operator/status",
        { headers: { authorization: `Bearer ${token}` } },
        { ...env, OPERATOR_TOKEN: "", ...tokens },
        createExecutionContext(),
      );
    const both = { OPERATOR_TOKEN: "old", OPERATOR_TOKEN_NEXT: "new" };
    expect((await reply(both, "old")).status).toBe(200);
    expect((await reply(both, "new")).status).toBe(200);
    expect((await reply({ OPERATOR_TOKEN: "new" }, "old")).status).toBe(403);
    const off = await problemOf(reply({}, "old"), 503);
    expect(off).toMatchObject({
      title: "The operator's API is switched off",
      remedy: expect.stringContaining("OPERATOR_TOKEN") as string,
    });
  });

  test("also opens reruns", async () => {
    const asked = await api("POST", "/api/reruns", { experiment: own[0], seeds: [9] }, operator);
    expect(asked.status).toBe(201);
  });
});

test("voiding takes a volunteer's results out of every experiment, says so in the log, and lets it lease no more", async () => {
  const id = await smallRerun();
  const [good, bad] = [await somebody(), await somebody()];
  const [first, second] = [await lease(id, { volunteer: good }), await lease(id, { volunteer: bad })];
  for (const granted of [first, second]) expect((await finish(granted)).status).toBe(200);
  await problemOf(post("void", { volunteer: bad.id, reason: "x" }, {}), 401);
  await problemOf(post("void", { volunteer: "somebody", reason: "x" }), 400);
  expect(await (await post("void", { volunteer: bad.id, reason: "made up" })).json()).toEqual({ results: 1 });
  expect(await (await post("void", { volunteer: bad.id, reason: "again" })).json()).toEqual({ results: 0 });
  const { results, voided } = ExperimentResults.parse(await (await api("GET", `/api/experiments/${id}/results`)).json());
  expect(results.map(({ provenance }) => provenance.volunteer)).toEqual([good.id]);
  expect(voided).toMatchObject([{ voided: { for: "identity", reason: "made up" } }]);
  const { entries } = LogPage.parse(await (await api("GET", "/api/log")).json());
  expect(entries.filter(({ kind }) => kind === "voided").map(({ fields }) => fields)).toEqual([
    { volunteer: bad.id, reason: "made up" },
  ]);
  const refused = await api("POST", "/api/leases", leaseRequest(), as(bad));
  expect((await problemOf(refused, 403)).detail).toContain("made up");
});

describe("a pause", () => {
  test("of an experiment stops its leases with the reason; what is being trained is still taken; resume undoes it", async () => {
    await status();
    const id = own[0]!;
    const held = await lease(id, { prefer: `${id}.x` });
    expect((await post("pause", { experiment: id, reason: "a wrong figure" })).status).toBe(200);
    expect(await ask(id)).toMatchObject({
      kind: "idle",
      reason: "The operator paused this experiment: a wrong figure",
    });
    expect((await ask(own[2])).kind).toBe("lease");
    const beat = { step: 0, loss: null, accuracy: null, stepsPerSecond: null };
    expect((await api("POST", `/api/leases/${held.id}/heartbeat`, beat)).status).toBe(200);
    await evictDurableObject(stubOf(id));
    expect((await ask(id)).kind).toBe("idle");

    await problemOf(post("pause", { experiment: id, reason: "again" }), 409);
    expect((await post("resume", { experiment: id, reason: "mended" })).status).toBe(200);
    expect((await ask(id)).kind).toBe("lease");
  });

  test("of the whole study holds for every experiment, and for a rerun that is asked for meanwhile", async () => {
    await post("pause", { experiment: own[1], reason: "one by itself" });
    await post("pause", { reason: "a new release" });
    const rerun = await api("POST", "/api/reruns", { experiment: own[0], seeds: [9] }, operator);
    const { id } = await rerun.json<{ id: string }>();
    for (const experiment of [...own, id]) expect(await ask(experiment)).toMatchObject({ kind: "idle" });
    expect(await ask(undefined)).toMatchObject({
      kind: "idle",
      reason: expect.stringContaining("The operator paused") as string,
    });
    expect(await status()).toMatchObject({ paused: "a new release" });

    await post("resume", { reason: "released" });
    const kinds = await Promise.all([...own, id].map(async (experiment) => [experiment, (await ask(experiment)).kind]));
    expect(kinds.filter(([, kind]) => kind === "idle").map(([experiment]) => experiment)).toEqual([own[1]]);
    const { entries } = LogPage.parse(await (await api("GET", "/api/log")).json());
    expect(
      entries.filter(({ kind }) => kind === "paused" || kind === "resumed").map(({ kind, fields }) => [kind, fields]),
    ).toEqual([
      ["paused", { experiment: own[1], reason: "one by itself" }],
      ["paused", { experiment: null, reason: "a new release" }],
      ["resumed", { experiment: null, reason: "released" }],
    ]);
  });

  test("names an experiment that is there, and a reason", async () => {
    await problemOf(post("pause", { experiment: "nothing", reason: "x" }), 404);
    const { errors } = await problemOf(post("pause", { reason: " " }), 400);
    expect(errors?.[0]?.path).toBe("reason");
  });

  test("reaches experiments also when the study's object was cut off: its alarm tells the rest", async () => {
    await status();
    await runInDurableObject(study(env), async (_instance, { storage }) => {
      storage.sql.exec("INSERT INTO pauses VALUES ('', 'cut off')");
      storage.sql.exec("INSERT INTO untold VALUES (?)", own[0]);
      await storage.setAlarm(Date.now() + 60_000);
    });
    expect(await runDurableObjectAlarm(study(env))).toBe(true);
    expect(await ask(own[0])).toMatchObject({ kind: "idle" });
  });
});

test("the status counts runs, leases, volunteers and results", async () => {
  const id = await smallRerun();
  const volunteer = await somebody();
  const first = await lease(id, { volunteer });
  await lease(id, { volunteer });
  const { experiments, log } = await status();
  const one = experiments.find((experiment) => experiment.id === id)!;
  expect(one).toMatchObject({ leases: 2, volunteers: 1, results: 0, steps: 0, paused: null });
  expect(one.runs.waiting).toBe(Object.values(one.runs).reduce((a, b) => a + b));
  expect(one.bytes).toBeGreaterThan(10_000);
  expect(log.n).toBe(own.length + 1);
  expect(experiments.map((experiment) => experiment.id)).toEqual([...own, id]);

  expect((await finish(first)).status).toBe(200);
  const after = (await status()).experiments.find((experiment) => experiment.id === id)!;
  expect(after).toMatchObject({ leases: 1, results: 1, resultsLastHour: 1, steps: first.shard.toStep, runs: { finished: 1 } });
  expect(after.lastLink).not.toBe(one.lastLink);
});
