import { reset } from "cloudflare:test";
import { afterEach, beforeEach, expect, test } from "vitest";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import { ExperimentResults, resultAsHandedIn, type Result } from "../../shared/protocol/result.ts";
import { isSignedBy, resultText } from "../../shared/protocol/signature.ts";
import { mergeMetrics } from "../../workers/coordinator/assimilator.ts";
import {
  api,
  bind,
  finish,
  hold,
  holderOf,
  lease,
  openExperiment,
  problemOf,
  putCheckpoint,
  setClock,
  signedBy,
  type Somebody,
  somebody,
  stubOf,
  T0,
} from "./api.ts";
import { checkpointOf, commitOf, resultOf, tinyHeader } from "./tiny.ts";

/** Shards of 40 steps in eight intervals of 5. */
const { probes: _none, ...spec } = tinyHeader("x").plan.spec;
const header = tinyHeader("parts", { shardSteps: 40, seeds: [1], spec: { ...spec, steps: 40, evaluateEvery: null } });
/** When a lease that was never heard of again is over. */
const LATER = T0 + 90_000;

let ada: Somebody;
let bob: Somebody;
beforeEach(async () => {
  [ada, bob] = [await somebody(), await somebody()];
  await openExperiment(header);
});
afterEach(() => reset());

const until = (granted: Lease, toStep: number): Lease => ({ ...granted, shard: { ...granted.shard, toStep } });
const partOf = (granted: Lease, toStep: number): Result => ({ ...resultOf(until(granted, toStep)), toStep });

/** Trains, binds and stores until `step`, and leaves that behind. */
async function leaveBehind(granted: Lease, step: number): Promise<Response> {
  const result = partOf(granted, step);
  await bind(granted, result);
  await putCheckpoint(until(granted, step));
  return api("POST", `/api/leases/${granted.id}/part`, await signedBy(holderOf(granted), granted.id, result));
}

const results = async () => ExperimentResults.parse(await (await api("GET", "/api/experiments/parts/results")).json());
const audits = async () => ExperimentAudits.parse(await (await api("GET", "/api/experiments/parts/audits")).json()).audits;
const stored = async (granted: Lease, step: number): Promise<boolean> => {
  const reply = await api("GET", `/api/checkpoints/${checkpointOf(until(granted, step)).sha256}`);
  await reply.arrayBuffer();
  return reply.status === 200;
};

test("who vanishes in the middle of a shard loses nothing before its last part: another goes on from there, and it counts as handed in", async () => {
  const granted = await lease("parts", { volunteer: ada });
  for (const step of [10, 20]) expect((await leaveBehind(granted, step)).status).toBe(200);
  // It is still there: nothing counts yet, and its run is nobody else's.
  expect((await results()).results).toEqual([]);
  expect((await lease("parts", { volunteer: bob })).variant.id).not.toBe(granted.variant.id);

  await setClock("parts", LATER + 90_000);
  const next = await lease("parts", { volunteer: bob, prefer: granted.shard.id.replace("k0", "k1") });
  expect(next.shard).toMatchObject({ index: 1, fromStep: 20, toStep: 40 });
  expect(next.startCheckpoint).toBe(checkpointOf(until(granted, 20)).sha256);
  const [kept] = (await results()).results;
  expect(kept).toMatchObject({ toStep: 20, provenance: { volunteer: ada.id, fromStep: 0, toStep: 20 } });
  const text = resultText(kept!.signed!.lease, sha256Hex(canonicalJson(resultAsHandedIn(kept!))));
  expect(await isSignedBy(crypto.subtle, kept!.signed!.publicKey, kept!.signed!.signature, text)).toBe(true);

  expect((await finish(next)).status).toBe(200);
  const all = await results();
  const run = mergeMetrics(all.experiment.plan, all.results)
    .variants.flatMap(({ runs }) => runs)
    .find(({ state }) => state === "finished");
  expect(run?.training.step).toEqual(Array.from({ length: 40 }, (_, step) => step));
  // Who was away is told that its shard is resolved; the whole of it is not taken as well.
  await problemOf(finish(granted), 409);
});

test("one that is there after all hands in the whole shard, and the states of its parts are dropped unless they are audited", async () => {
  const granted = await lease("parts", { volunteer: ada });
  for (const step of [10, 20]) await leaveBehind(granted, step);
  await setClock("parts", LATER + 90_000);
  expect((await finish(granted)).status).toBe(200);
  const { results: all } = await results();
  expect(all.map(({ toStep, provenance }) => [toStep, provenance.toStep])).toEqual([[undefined, 40]]);
  const drawn = await audits();
  for (const step of [10, 20]) {
    const isAudited = drawn.some(({ fromStep, toStep }) => fromStep === step || toStep === step);
    expect(await stored(granted, step)).toBe(isAudited);
  }
});

test("an interval that was drawn after the part stays drawn: to vanish is no way around an audit", async () => {
  const granted = await lease("parts", { volunteer: ada });
  await leaveBehind(granted, 5);
  // A newcomer has exactly one interval of its shard drawn; all of them are bound now.
  const all = resultOf(granted);
  const wanted: string[] = [];
  for (let from = 5; from < 40; from += 5) {
    const reply = await api("POST", `/api/leases/${granted.id}/commits`, { commits: [commitOf(granted, all, from, from + 5)] });
    wanted.push(...(await reply.json<{ wanted: string[] }>()).wanted);
  }
  await setClock("parts", LATER + 90_000);
  const next = await lease("parts", { volunteer: ada, prefer: granted.shard.id.replace("k0", "k1") });
  expect(next.shard).toMatchObject({ index: 1, fromStep: 5 });
  const open = await audits();
  const again = await bind(next);
  // Drawn within the part, it is audited already; drawn beyond it, it is asked for again.
  if (wanted.length > 0) expect(again.length).toBeGreaterThan(0);
  else expect(open.map(({ fromStep }) => fromStep)).toEqual([0]);
});

test("a part is held to what a result is held to, and to its lease's volunteer; none counts of who was voided", async () => {
  const granted = await lease("parts", { volunteer: ada });
  const part = async (who: Somebody, result: Result) =>
    api("POST", `/api/leases/${granted.id}/part`, await signedBy(who, granted.id, result));
  await problemOf(part(ada, partOf(granted, 10)), 422);
  expect((await leaveBehind(granted, 10)).status).toBe(200);
  const { detail } = await problemOf(part(ada, { ...partOf(granted, 10), toStep: undefined }), 422);
  expect(detail).toContain("training");
  hold(granted, bob);
  await problemOf(part(bob, partOf(granted, 10)), 403);
  await setClock("parts", LATER + 90_000);
  await stubOf("parts").void(ada.id, "a test");
  const next = await lease("parts", { volunteer: bob });
  expect(next.shard).toMatchObject({ fromStep: 0 });
  expect((await results()).results).toEqual([]);
});
