import { reset, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { canonicalJson } from "../../shared/math/json.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { mergeMetrics } from "../../workers/coordinator/assimilator.ts";
import { studyIndex } from "../../workers/study.ts";
import {
  T0,
  type Somebody,
  api,
  as,
  finish,
  handIn,
  lease,
  openExperiment,
  problemOf,
  setClock,
  somebody,
  stubOf,
} from "./api.ts";
import { checkpointOf, leaseRequest, tinyHeader } from "./tiny.ts";

let [ada, eve] = [] as unknown as Somebody[] as [Somebody, Somebody];
const PREFIX = "tiny.standard-lr0.1.s1.k";

beforeEach(async () => {
  [ada, eve] = [await somebody(), await somebody()];
  await openExperiment(tinyHeader("tiny"));
});
afterEach(() => reset());

const stored = async () => ExperimentResults.parse(await (await api("GET", "/api/experiments/tiny/results")).json());

async function train(volunteer: Somebody, shard: number): Promise<Lease> {
  const granted = await lease("tiny", { volunteer, prefer: `${PREFIX}${shard}` });
  expect((await finish(granted)).status).toBe(200);
  return granted;
}

test("a voided volunteer's results leave the metrics as if they had never come, with what continued from them", async () => {
  const first = await train(ada, 0);
  const before = canonicalJson(mergeMetrics(tinyHeader("tiny").plan, (await stored()).results));
  await train(eve, 1);
  await train(ada, 2);
  expect(await stubOf("tiny").void(eve.id, "contradicts an audit")).toBe(2);

  const { experiment, results, voided } = await stored();
  expect(canonicalJson(mergeMetrics(experiment.plan, results))).toBe(before);
  expect(voided?.map(({ result, voided }) => [result.provenance.shard, voided.for, voided.reason])).toEqual([
    [`${PREFIX}1`, "identity", "contradicts an audit"],
    [`${PREFIX}2`, "continued", "contradicts an audit"],
  ]);
  await setClock("tiny", T0 + 10_000);
  await runDurableObjectAlarm(stubOf("tiny"));
  const snapshot = ExperimentSnapshot.parse(await env.METRICS.get("metrics:tiny", "json"));
  expect(canonicalJson(snapshot.metrics)).toBe(before);

  const again = await lease("tiny", { volunteer: ada, prefer: `${PREFIX}1` });
  expect(again).toMatchObject({ shard: { index: 1 }, startCheckpoint: checkpointOf(first).sha256 });
  expect((await finish(again)).status).toBe(200);
  expect((await stored()).results).toHaveLength(2);
});

test("it leases no more, its live leases end, and what it hands in late is refused", async () => {
  const held = await lease("tiny", { volunteer: eve });
  await stubOf("tiny").void(eve.id, "asked by the operator");
  expect(await stubOf("tiny").void(eve.id, "again")).toBe(0);
  const refused = await problemOf(api("POST", "/api/leases", leaseRequest({ experiment: "tiny" }), as(eve)), 403);
  expect(refused.detail).toContain("asked by the operator");
  await problemOf(finish(held), 403);
  expect(await lease("tiny", { volunteer: ada })).toMatchObject({ shard: { id: held.shard.id } });
});

test("a lease that continues from a voided result ends, and cannot be handed in where the run stands now", async () => {
  await train(eve, 0);
  const ahead = await lease("tiny", { volunteer: ada, prefer: `${PREFIX}1` });
  await stubOf("tiny").void(eve.id, "contradicts an audit");
  const beat = { step: 2, loss: null, accuracy: null, stepsPerSecond: null };
  await problemOf(api("POST", `/api/leases/${ahead.id}/heartbeat`, beat), 410);
  const refused = await problemOf(handIn(ahead), 409);
  expect(refused.title).toBe("The run went back");
});

test("the study voids an identity in every experiment", async () => {
  const { own } = await studyIndex(env);
  const granted = await lease(own[0]!, { volunteer: eve });
  await env.STUDY.getByName("study").void(eve.id, "asked by the operator");
  for (const experiment of own) await problemOf(api("POST", "/api/leases", leaseRequest({ experiment }), as(eve)), 403);
  expect(await lease(own[0]!, { volunteer: ada })).toMatchObject({ shard: { id: granted.shard.id } });
});
