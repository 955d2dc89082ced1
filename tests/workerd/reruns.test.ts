import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test } from "vitest";
import { experimentHeader } from "../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../shared/experiments/index.ts";
import { Rerun, RerunList } from "../../shared/protocol/rerun.ts";
import { ExperimentSnapshot, StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { TOKEN, api, lease, problemOf } from "./api.ts";

afterEach(() => reset());

const own = trainedExperiments.map((experiment) => experimentHeader(experiment, "pilot").id);
const parent = experimentHeader(trainedExperiments[0]!, "pilot");
const small = { experiment: parent.id, variants: ["batchnorm-lr0.1"], seeds: [7], overrides: { steps: 20, batchSize: 8 } };
const authorized = { authorization: `Bearer ${TOKEN}` };
const askRerun = (body: unknown, headers: Record<string, string> = authorized) => api("POST", "/api/reruns", body, headers);
const rerunOf = async (response: Response) => {
  expect(response.status).toBe(201);
  return Rerun.parse(await response.json());
};

describe("asking for a rerun", () => {
  test("answers 201 with an id and links, and the rerun is listed, readable and shown", async () => {
    const response = await askRerun({ ...small, reason: "Does it hold for another seed?" });
    expect(response.headers.get("location")).toBe(`/api/reruns/${parent.id}-rerun-1`);
    const rerun = await rerunOf(response);
    expect(rerun).toMatchObject({ id: `${parent.id}-rerun-1`, parent: parent.id, url: `/rerun?id=${parent.id}-rerun-1` });

    expect(RerunList.parse(await (await api("GET", "/api/reruns")).json()).reruns).toEqual([rerun]);
    expect(await (await api("GET", `/api/reruns/${rerun.id}`)).json()).toEqual(rerun);
    const snapshot = ExperimentSnapshot.parse(await (await api("GET", rerun.api)).json());
    expect(snapshot.experiment).toMatchObject({ parent: parent.id, reason: "Does it hold for another seed?" });
    const study = StudySnapshot.parse(await (await api("GET", "/api/snapshot")).json());
    expect(study.experiments.map(({ experiment }) => experiment.id)).toEqual([...own, rerun.id]);
  });

  test("changes only what was asked, and keeps the plan valid: shards, recording and evaluation fit the steps", async () => {
    const { plan } = await rerunOf(await askRerun({ ...small, overrides: { steps: 5, width: 1 / 32, learningRate: 0.3 } }));
    expect(plan).toMatchObject({
      seeds: [7],
      shardSteps: 5,
      spec: { steps: 5, recordEvery: 5, evaluateEvery: 5, batchSize: 128 },
    });
    expect(plan.spec.network).toEqual({ ...parent.plan.spec.network, width: 1 / 32 });
    expect(plan.variants).toEqual([
      { id: "batchnorm-lr0.3", label: "BatchNorm, learning rate 0.3", normalization: "batch", learningRate: 0.3 },
    ]);
    expect(plan.about).toContain("5 steps");
  });

  test("by default trains every variant and seed of its parent", async () => {
    const { plan } = await rerunOf(await askRerun({ experiment: parent.id }));
    expect(plan).toEqual({ ...parent.plan, about: plan.about });
  });

  test("gives its shards to volunteers, apart from its parent's", async () => {
    const rerun = await rerunOf(await askRerun(small));
    const granted = await lease(rerun.id);
    expect(granted).toMatchObject({
      experiment: { id: rerun.id },
      spec: { seed: 7, steps: 20, batchSize: 8 },
      startCheckpoint: null,
    });
    expect(granted.shard.id).toBe(`${rerun.id}.batchnorm-lr0.1.s7.k0`);
    const study = StudySnapshot.parse(await (await api("GET", "/api/snapshot")).json());
    expect(study.experiments.map(({ metrics }) => metrics.progress.runs)).toEqual([
      ...trainedExperiments.map(({ plans: { pilot } }) => pilot.variants.length * pilot.seeds.length),
      1,
    ]);
  });

  test("of a rerun is fine, until names grow too long; then it says what to ask for", async () => {
    let id = parent.id;
    let response = await askRerun(small);
    while (response.status === 201) {
      id = (await rerunOf(response)).id;
      response = await askRerun({ ...small, experiment: id });
    }
    expect(id.startsWith(`${parent.id}-rerun-1-rerun-1-rerun-1`)).toBe(true);
    expect((await problemOf(response, 422)).detail).toContain("want a rerun of an earlier experiment");
  });

  test("the second rerun of an experiment is another one", async () => {
    expect((await rerunOf(await askRerun(small))).id).toBe(`${parent.id}-rerun-1`);
    expect((await rerunOf(await askRerun(small))).id).toBe(`${parent.id}-rerun-2`);
  });
});

describe("an Idempotency-Key", () => {
  const keyed = { ...authorized, "idempotency-key": "monday-1" };

  test("repeated with the same body answers the first rerun, also after a restart", async () => {
    const first = await askRerun(small, keyed);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    await evictDurableObject(env.STUDY.getByName("study"));
    const second = await askRerun(small, keyed);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(await rerunOf(second)).toEqual(await rerunOf(first));
    expect(RerunList.parse(await (await api("GET", "/api/reruns")).json()).reruns).toHaveLength(1);
  });

  test("sent ten times at once makes one rerun", async () => {
    const replies = await Promise.all(Array.from({ length: 10 }, async () => rerunOf(await askRerun(small, keyed))));
    expect(new Set(replies.map(({ id }) => id)).size).toBe(1);
  });

  test("with another body is refused", async () => {
    await askRerun(small, keyed);
    expect((await problemOf(askRerun({ ...small, seeds: [8] }, keyed), 422)).remedy).toContain("fresh key");
  });

  test("that is no key is refused", async () => {
    await problemOf(askRerun(small, { ...authorized, "idempotency-key": "x".repeat(201) }), 400);
  });
});

describe("who may not", () => {
  test("no token: 401, and how to send one", async () => {
    const response = await askRerun(small, {});
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect((await problemOf(response, 401)).remedy).toContain("Authorization: Bearer");
    await problemOf(askRerun(small, { authorization: `Basic ${TOKEN}` }), 401);
  });

  test("a wrong token: 403; while tokens are changed both are right", async () => {
    await problemOf(askRerun(small, { authorization: "Bearer guess" }), 403);
    await problemOf(askRerun(small, { authorization: `Bearer ${TOKEN},next-token` }), 403);
    expect((await askRerun(small, { authorization: "Bearer next-token" })).status).toBe(201);
  });

  test("nothing is made for a refused request", async () => {
    await askRerun(small, {});
    await askRerun({ ...small, seeds: [] });
    expect(RerunList.parse(await (await api("GET", "/api/reruns")).json()).reruns).toEqual([]);
  });
});

test.each([
  ["an unknown experiment", { experiment: "nothing" }, 404, "nothing"],
  ["an unknown variant", { variants: ["layernorm-lr0.1"] }, 404, "want some of standard-lr0.1"],
  ["more curves than a page can show", { overrides: { steps: 1_000_000 } }, 422, "bytes of curves and measurements"],
  ["checkpoints larger than a request may be", { overrides: { width: 2 } }, 422, "overrides.width"],
])("%s is refused in words", async (_what, change, status, words) => {
  expect((await problemOf(askRerun({ ...small, ...change }), status)).detail).toContain(words);
});

test("a rerun whose making was cut off after it was written down is opened and listed by the alarm", async () => {
  const rerun = await rerunOf(await askRerun(small));
  const study = env.STUDY.getByName("study");
  await runInDurableObject(study, (_instance, state) => {
    state.storage.sql.exec("UPDATE reruns SET opened = 0");
    state.storage.sql.exec("DELETE FROM published");
  });
  const coordinator = env.COORDINATOR.getByName(rerun.id);
  await runInDurableObject(coordinator, (_instance, state) => state.storage.deleteAll());
  await evictDurableObject(coordinator);
  await env.METRICS.delete("study");
  await env.METRICS.delete(`metrics:${rerun.id}`);
  await evictDurableObject(study);
  expect(await runDurableObjectAlarm(study)).toBe(true);
  expect(await env.METRICS.get("study", "json")).toMatchObject({ reruns: [rerun.id] });
  expect((await api("GET", rerun.api)).status).toBe(200);
  expect((await lease(rerun.id)).spec.seed).toBe(7);
});
