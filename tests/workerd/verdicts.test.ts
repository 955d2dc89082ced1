import { listDurableObjectIds, reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { claims } from "../../shared/claims/index.ts";
import { familiesIn, judgeAll } from "../../shared/claims/judging/report.ts";
import { experimentHeader } from "../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../shared/experiments/index.ts";
import { LeaseHint } from "../../shared/protocol/lease-hint.ts";
import { LogPage } from "../../shared/protocol/action-log.ts";
import { Rerun } from "../../shared/protocol/rerun.ts";
import { Verdicts } from "../../shared/protocol/verdicts.ts";
import { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { unread } from "../../workers/coordinator/judge-study.ts";
import { studySha256 } from "../../workers/study.ts";
import { T0, TOKEN, api, ask, problemOf, setClock, stubOf } from "./api.ts";

const own = trainedExperiments.map((experiment) => experimentHeader(experiment, "pilot"));
const deepLinear = own.find(({ id }) => id.startsWith("deep-linear-pilot"))!;
const study = () => env.STUDY.getByName("study");
const setStudyClock = (now: number) =>
  runInDurableObject(study(), (instance) => {
    instance.clock = () => now;
  });
const verdicts = async () => Verdicts.parse(await (await api("GET", "/api/verdicts")).json());
const hint = async () => LeaseHint.parse(await env.METRICS.get("next", "json"));

beforeEach(() => setStudyClock(T0));
afterEach(async () => {
  vi.restoreAllMocks();
  await reset();
});

/** A volunteer that asks for anything, drawn to the study and to the evidence. */
async function leaseByEvidence() {
  vi.spyOn(Math, "random").mockReturnValue(0.4);
  const reply = await ask(undefined);
  if (reply.kind === "idle") throw new Error(reply.reason);
  return reply.lease;
}

test("before anything was judged, verdicts are none, and reading them reaches no Durable Object's experiments", async () => {
  expect(await verdicts()).toMatchObject({ judgedAt: null, claims: claims.length, families: [] });
  expect(await listDurableObjectIds(env.COORDINATOR)).toEqual([]);
});

test("what an experiment publishes is judged on the study's alarm: verdicts and the next runs stand in KV", async () => {
  await api("GET", "/api/snapshot");
  await setClock(deepLinear.id, T0);
  const granted = await ask(deepLinear.id);
  if (granted.kind === "idle") throw new Error(granted.reason);
  expect(granted.lease.serves).toBeUndefined();
  await setClock(deepLinear.id, T0 + 10_000);
  await runDurableObjectAlarm(stubOf(deepLinear.id));
  expect(await runDurableObjectAlarm(study())).toBe(true);

  const { judgedAt, families } = await verdicts();
  expect(judgedAt).toBe(new Date(T0).toISOString());
  expect(families.map(({ family }) => family)).toEqual([{ profile: "pilot", rerun: null }]);
  expect(families[0]!.judgements.map(({ claim, why }) => [claim, why])).toEqual(claims.map(({ id }) => [id, "no-pairs"]));
  // Whoever reads the whole snapshot comes to the same, hashes and all.
  const snapshot = StudySnapshot.parse(await (await api("GET", "/api/snapshot")).json());
  expect(familiesIn(judgeAll(claims, snapshot))).toEqual(families);
  const { pairs, waiting, studySha256: of } = await hint();
  expect(of).toBe(studySha256(own));
  expect(waiting).toHaveLength(claims.length);
  const { variant, spec } = granted.lease;
  const run = { experiment: deepLinear.id, variant: variant.id, seed: spec.seed };
  expect(pairs.flatMap(({ runs }) => runs)).not.toContainEqual(run);

  const first = pairs.find(({ why }) => why === "evidence")!.runs[0]!;
  const lease = await leaseByEvidence();
  expect({ experiment: lease.experiment.id, variant: lease.variant.id, seed: lease.spec.seed }).toEqual(first);
  expect(lease.serves?.[0]).toMatchObject({ remaining: expect.any(Number) as number, sentence: expect.any(String) as string });
});

test("verdicts come once in three intervals, and what has not changed is not written again", async () => {
  const put = vi.fn<(key: string) => void>();
  await runInDurableObject(study(), (instance) => {
    const kv = Reflect.get(Reflect.get(instance, "env") as object, "METRICS") as KVNamespace;
    vi.spyOn(kv, "put").mockImplementation((key) => {
      put(key);
      return Promise.resolve();
    });
  });
  const written = () => put.mock.calls.flat().filter((key) => key === "next" || key === "verdicts");
  await study().hear(unread(claims, deepLinear), []);
  await runDurableObjectAlarm(study());
  expect(written()).toEqual(["next", "verdicts"]);

  await study().hear(unread(claims, deepLinear), []);
  await setStudyClock(T0 + 29_999);
  await runDurableObjectAlarm(study());
  expect(written()).toHaveLength(2);
  expect(await runInDurableObject(study(), (_, { storage }) => storage.getAlarm())).toBe(T0 + 30_000);
  await setStudyClock(T0 + 30_000);
  await runDurableObjectAlarm(study());
  // Whose turn it is goes round with every hint; the verdicts are the same.
  expect(written()).toEqual(["next", "verdicts", "next"]);
});

test("that a verdict came to stand is told in the log, once, and that it fell when results were voided", async () => {
  const [run, device] = [
    { isOver: true, trainedSteps: deepLinear.plan.spec.steps, models: [], curve: null },
    ["a", "b", "c", "d", "e"],
  ];
  const arm = (normalization: string, value: number) => {
    const variant = deepLinear.plan.variants.find((one) => one.normalization === normalization && one.learningRate === 1e-6)!.id;
    return deepLinear.plan.seeds.map((seed, i) => {
      const sides = { D1a: { kind: "measured" as const, value, isBound: false } };
      const hand = { volunteers: [`v${i % 7}`], vendors: [device[i % 5]!], browsers: [device[i % 5]!] };
      return { variant, seed, sides, ...run, ...hand };
    });
  };
  const told = async (now: number, runs: ReturnType<typeof arm>) => {
    await setStudyClock(now);
    await study().hear({ ...unread(claims, deepLinear), runs }, []);
    await runDurableObjectAlarm(study());
    const { entries } = LogPage.parse(await (await api("GET", "/api/log")).json());
    return entries
      .filter(({ kind }) => kind === "verdict-latched")
      .map(({ fields }) => [fields["claim"], fields["verdict"], fields["pairs"]]);
  };
  const all = [...arm("batch", 1), ...arm("none", 4)];
  expect(await told(T0, all)).toEqual([["D1a", "supported", 14]]);
  expect(await told(T0 + 30_000, [...all].reverse())).toHaveLength(1);
  expect(
    await told(
      T0 + 60_000,
      all.filter(({ seed }) => seed > 1),
    ),
  ).toEqual([
    ["D1a", "supported", 14],
    ["D1a", "undecided", null],
  ]);
});

test("an experiment that the study does not have is not heard, and a rerun that is none has no verdicts", async () => {
  await study().hear(unread(claims, { ...deepLinear, id: "another-pilot-00000000" }), []);
  expect(await runInDurableObject(study(), (_, { storage }) => storage.getAlarm())).toBeNull();
  await problemOf(api("GET", "/api/verdicts/another-pilot-00000000"), 404);
});

describe("a rerun", () => {
  const askRerun = async () => {
    const body = { experiment: deepLinear.id, seeds: [7] };
    return Rerun.parse(await (await api("POST", "/api/reruns", body, { authorization: `Bearer ${TOKEN}` })).json());
  };
  const heardRows = () =>
    runInDurableObject(study(), (_, { storage }) => [...storage.sql.exec("SELECT experiment FROM readings").raw()].flat());

  test("is judged apart, with an error of its own, in its own object and when that publishes", async () => {
    const { id } = await askRerun();
    await setClock(id, T0);
    expect((await ask(id)).kind).toBe("lease");
    await setClock(id, T0 + 10_000);
    await runDurableObjectAlarm(stubOf(id));
    const { families, judgedAt } = Verdicts.parse(await (await api("GET", `/api/verdicts/${id}`)).json());
    expect(judgedAt).toBe(new Date(T0 + 10_000).toISOString());
    expect(families.map(({ family }) => family.rerun)).toEqual([{ id, parent: deepLinear.id, ordinal: 1 }]);
    expect(families[0]!.judgements[0]).toMatchObject({ why: "no-pairs", alpha: 0.05 / claims.length / 2 });
    // Whoever reads its snapshot comes to the same, hashes and all.
    const snapshot = StudySnapshot.parse(await (await api("GET", "/api/snapshot")).json());
    const alone = snapshot.experiments.filter(({ experiment }) => experiment.id === id);
    expect(familiesIn(judgeAll(claims, { ...snapshot, experiments: alone }))).toEqual(families);
    expect(await heardRows()).toEqual([]);
    expect((await verdicts()).families.every(({ family }) => family.rerun === null)).toBe(true);
  });

  test("tells the log when a verdict of its own comes to stand, once, however often it says so", async () => {
    const { id } = await askRerun();
    const [claim] = claims;
    const family = { profile: "pilot", rerun: { id, parent: deepLinear.id, ordinal: 1 } } as const;
    const stands = { claim: claim!.id, claimSha256: "c".repeat(64), family, verdict: "refuted", decidedAt: 9 } as const;
    await study().noteVerdicts([stands]);
    await study().noteVerdicts([stands]);
    const { entries } = LogPage.parse(await (await api("GET", "/api/log")).json());
    const told = entries.filter(({ kind }) => kind === "verdict-latched").map(({ fields }) => fields);
    expect(told).toMatchObject([{ claim: claim!.id, family: id, verdict: "refuted", pairs: 9 }]);
  });

  test("of which an earlier deployment told the study is forgotten there", async () => {
    const { id, plan } = await askRerun();
    await study().hear(unread(claims, { ...deepLinear, id, parent: deepLinear.id, plan }), []);
    await study().hear(unread(claims, deepLinear), []);
    expect(await heardRows()).toHaveLength(2);
    await runDurableObjectAlarm(study());
    expect(await heardRows()).toEqual([deepLinear.id]);
    expect((await verdicts()).families.map(({ family }) => family.rerun)).toEqual([null]);
  });
});

test("a hint for other plans or claims is not followed", async () => {
  await api("GET", "/api/snapshot");
  const run = { experiment: deepLinear.id, variant: deepLinear.plan.variants[3]!.id, seed: 9 };
  const made = (of: string): LeaseHint => ({ studySha256: of, pairs: [{ runs: [run], why: "evidence" }], waiting: [] });
  await env.METRICS.put("next", JSON.stringify(made(studySha256(own))));
  expect((await leaseByEvidence()).spec.seed).toBe(9);
  await env.METRICS.put("next", JSON.stringify(made("0".repeat(64))));
  expect((await leaseByEvidence()).spec.seed).toBe(1);
});
