import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deviceKind } from "../../shared/audit/calibration/device-kind.ts";
import { REFERENCE } from "../../shared/audit/calibration/judge.ts";
import { KNOWN_ANSWERS } from "../../shared/audit/calibration/known.ts";
import { ENOUGH, HALF } from "../../shared/audit/calibration/tolerance.ts";
import { type Calibration, CalibrationReply, Calibrations } from "../../shared/protocol/calibration.ts";
import { OperatorStatus } from "../../shared/protocol/operator.ts";
import { Challenge, Me, Session, Volunteers } from "../../shared/protocol/session.ts";
import { sessionText } from "../../shared/protocol/signature.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import type { Keys } from "../../shared/volunteer/ports.ts";
import { capAtHome, CAPS } from "../../workers/identity/caps.ts";
import { homeNumber } from "../../workers/identity/home-number.ts";
import { home, noteGifts } from "../../workers/identity/homes.ts";
import { HOME_TABLES, HOMES_TABLES, STUDY_TABLES } from "../../workers/operator/kept-tables.ts";
import { ownHeaders, study } from "../../workers/study.ts";
import { api, as, finish, lease, openExperiment, problemOf, setClock, type Somebody, somebody, stubOf, T0 } from "./api.ts";
import { device, leaseRequest, tinyHeader } from "./tiny.ts";

const HOMES = 3;
const numbers = Array.from({ length: HOMES }, (_, i) => i + 1);

/** The deployment with so many homes: everything that reads its variables is in this test's isolate. */
const deploy = (homes: number) => void Object.assign(env, { VOLUNTEER_HOMES: String(homes) });

beforeEach(() => deploy(HOMES));
afterEach(async () => {
  deploy(0);
  await reset();
});

/** Somebody whose id leads to a home. */
async function somebodyOf(number: number, network?: string): Promise<Somebody> {
  for (;;) {
    const one = await somebody(network);
    if (homeNumber(one.id, HOMES) === number) return one;
  }
}

/** Shows the keys, as a volunteer does, for a session. */
async function show({ publicKey, sign }: Keys, alias?: string, text?: string): Promise<Response> {
  const challenge = text ?? Challenge.parse(await (await api("GET", "/api/challenge")).json()).challenge;
  const signature = await sign(sessionText(challenge));
  return api("POST", "/api/sessions", { protocol: PROTOCOL_VERSION, publicKey, challenge, signature, ...(alias && { alias }) });
}
const session = async (keys: Keys, alias?: string) => Session.parse(await (await show(keys, alias)).json());
const me = async (who: Somebody) => Me.parse(await (await api("GET", "/api/me", undefined, as(who))).json());
const put = (who: Somebody, body: object) => api("PUT", "/api/me", body, as(who));

const rowsOf = (stub: ReturnType<typeof home> | ReturnType<typeof study>, table = "volunteers", column = "id") =>
  runInDurableObject(stub as ReturnType<typeof home>, (_instance, { storage: { sql } }) =>
    sql
      .exec<Record<string, string>>(`SELECT ${column} FROM ${table} ORDER BY 1`)
      .toArray()
      .map((row) => row[column]),
  );
/** Who is kept where: by the study's object first, then by each home. */
const kept = (table?: string, column?: string) =>
  Promise.all([study(env), ...numbers.map((number) => home(env, number))].map((stub) => rowsOf(stub, table, column)));

/** Homes tell the study that something has changed, and it publishes. */
async function publish(): Promise<Volunteers> {
  for (const number of numbers) await runDurableObjectAlarm(home(env, number));
  await runDurableObjectAlarm(study(env));
  return Volunteers.parse(await (await api("GET", "/api/volunteers")).json());
}

const GPU = { ...device, provider: "webgpu", adapter: "a vendor" } as const;
const kind = deviceKind(GPU);
const calibration: Calibration = {
  ...{ protocol: PROTOCOL_VERSION, device: GPU, reference: REFERENCE, seconds: 3 },
  answers: KNOWN_ANSWERS.slice(0, 2).map(({ start: _start, ...answer }) => answer),
};
const calibrate = async (who: Somebody) =>
  CalibrationReply.parse(await (await api("POST", "/api/calibrations", calibration, as(who))).json());

const operator = { authorization: "Bearer operator-token" };
const exported = async () =>
  new TextDecoder().decode(await (await api("GET", "/api/operator/export", undefined, operator)).arrayBuffer());
const restore = (text: string) =>
  api("POST", "/api/operator/restore", text, { ...operator, "content-type": "application/jsonl" });

test("a volunteer is kept in the home that its id leads to, and found there again: itself, its name, its device, its next session", async () => {
  const ada = await somebodyOf(2);
  const text = Challenge.parse(await (await api("GET", "/api/challenge")).json()).challenge;
  expect((await show(ada, "Ada", text)).status).toBe(201);
  expect((await problemOf(show(ada, "Ada", text), 409)).title).toBe("Challenge used before");
  expect(await me(ada)).toEqual({ volunteer: ada.id, alias: "Ada", listed: false, shards: 0, steps: 0 });
  expect(await (await put(ada, { alias: "Grace", listed: true })).json()).toMatchObject({ alias: "Grace", listed: true });
  expect((await calibrate(ada)).certificate).toBeDefined();
  await evictDurableObject(home(env, 2));
  expect(await session(ada)).toMatchObject({ volunteer: ada.id, alias: "Grace" });
  expect(await kept()).toEqual([[], [], [ada.id], []]);
  expect(await kept("calibrations", "volunteer")).toEqual([[], [], [ada.id], []]);
  await problemOf(api("GET", "/api/me", undefined, as(await somebodyOf(1))), 404);
});

test("what is published is of all homes: names, the list in its order, and gifts as experiments tell them", async () => {
  const [ada, bob, eve] = await Promise.all([somebodyOf(1), somebodyOf(2), somebodyOf(3)]);
  for (const [who, name] of [
    [ada, "Ada"],
    [bob, "Bob"],
    [eve, "Eve"],
  ] as const) {
    await session(who, name);
    await put(who, { listed: true });
  }
  const gift = ({ id: volunteer }: Somebody, steps: number, audited = 0) => ({ volunteer, shards: 1, steps, audited });
  await noteGifts(env, "one", [gift(ada, 10), gift(bob, 20), gift(eve, 1, 1)]);
  await noteGifts(env, "another", [gift(ada, 15)]);
  const { names, list } = await publish();
  expect(names).toEqual({ [ada.id]: "Ada", [bob.id]: "Bob", [eve.id]: "Eve" });
  expect(list.map(({ alias, steps }) => [alias, steps])).toEqual([
    ["Eve", 1],
    ["Ada", 25],
    ["Bob", 20],
  ]);
  expect(await me(ada)).toMatchObject({ shards: 2, steps: 25 });
  // Results were voided: nobody of that home gave anything to it any more. An object of another deployment tells the study's.
  await study(env).noteGifts("one", [gift(bob, 20)]);
  expect((await publish()).list.map(({ alias, steps }) => [alias, steps])).toEqual([
    ["Bob", 20],
    ["Ada", 15],
  ]);
  // Nothing has changed, and nothing is written.
  await env.METRICS.delete("volunteers");
  await publish();
  expect(await env.METRICS.get("volunteers")).toBeNull();
});

test("what an experiment accepts is credited in its volunteer's home", async () => {
  await openExperiment(tinyHeader("tiny"));
  const ada = await somebodyOf(3);
  await session(ada, "Ada");
  await finish(await lease("tiny", { volunteer: ada }));
  await setClock("tiny", T0 + 10_000);
  await runDurableObjectAlarm(stubOf("tiny"));
  expect(await kept("gifts", "volunteer")).toEqual([[], [], [], [ada.id]]);
  expect(await me(ada)).toMatchObject({ shards: 1, steps: 2 });
});

test("a kind's tolerance follows from networks in all homes, and holds in each of them", async () => {
  for (let i = 0; i < ENOUGH; i++) await calibrate(await somebodyOf(1 + (i % HOMES), `network ${i}`));
  await publish();
  const { kinds } = Calibrations.parse(await env.METRICS.get("calibrations", "json"));
  expect(kinds).toMatchObject([{ kind, networks: ENOUGH, passed: ENOUGH, states: 1, tolerance: HALF.least }]);
  expect(await study(env).tolerances()).toEqual({ [kind]: HALF.least });
  // Also when the study's object has just woken up, and asks the homes, one of which waits for its answer.
  await evictDurableObject(study(env));
  await evictDurableObject(home(env, 1));
  expect(await calibrate(await somebodyOf(1))).toMatchObject({ verdict: "passed" });
});

test("a network's sessions are shared among the homes, and a volunteer's are not", async () => {
  const cap = capAtHome("sessionsPerHour", "network", HOMES);
  expect(cap).toBeLessThan(CAPS.sessionsPerHour.network);
  await study(env).homes();
  const admit = (i: number) =>
    home(env, 1).admit({ volunteer: `v${i}`, publicKey: "k", alias: undefined, network: "crowd", made: T0 });
  for (let i = 0; i < cap; i++) expect((await admit(i)).ok).toBe(true);
  const refused = await admit(cap);
  expect(refused.ok ? "" : refused.problem.detail).toContain(`got more than ${cap} sessions`);
});

test("a deployment that had no homes hands everybody on when it gets some, nothing is lost, and it may be cut off in between", async () => {
  deploy(0);
  const people = await Promise.all(numbers.map((number) => somebodyOf(number)));
  const [ada, bob, eve] = people as [Somebody, Somebody, Somebody];
  for (const one of people) {
    await session(one, `name ${homeNumber(one.id, HOMES)}`);
    await calibrate(one);
  }
  await put(bob, { listed: true });
  const old = Challenge.parse(await (await api("GET", "/api/challenge")).json()).challenge;
  await session(eve);
  await noteGifts(
    env,
    "finished",
    people.map(({ id: volunteer }) => ({ volunteer, shards: 1, steps: 7, audited: 7 })),
  );
  const before = await Promise.all(people.map(me));
  expect((await kept())[0]).toHaveLength(3);

  deploy(HOMES);
  await evictDurableObject(study(env));
  // It is cut off between handing on and forgetting: nobody is answered from half of the rows, and what was handed on comes again.
  const asked = () =>
    runInDurableObject(study(env), (object) => object.me(ada.id).then((reply) => JSON.stringify(reply), String));
  const sql = (query: string) => runInDurableObject(study(env), (_i, { storage }) => void storage.sql.exec(query));
  await sql("CREATE TRIGGER fails BEFORE DELETE ON gifts BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
  expect(await asked()).toContain("the disk is full");
  expect(await kept("gifts", "volunteer")).toEqual([people.map(({ id }) => id).sort(), [ada.id], [bob.id], [eve.id]]);
  await sql("DROP TRIGGER fails");
  expect(JSON.parse(await asked())).toEqual({ ok: true, value: before[0] });

  expect(await Promise.all(people.map(me))).toEqual(before);
  for (const table of HOME_TABLES.large) {
    const column = table === "volunteers" ? "id" : "volunteer";
    expect(await kept(table, column)).toEqual([[], [ada.id], [bob.id], [eve.id]]);
  }
  // A challenge from before the last session is as used as it was.
  await problemOf(show(eve, undefined, old), 409);
  expect((await publish()).names).toEqual(Object.fromEntries(people.map(({ id }, i) => [id, `name ${i + 1}`])));

  // The variable is set back, or to another number: everybody stays where he is, and is found.
  for (const homes of [0, HOMES + 1]) {
    deploy(homes);
    await evictDurableObject(study(env));
    expect(await me(bob)).toMatchObject({ alias: "name 2", listed: true, steps: 7 });
    await put(ada, { alias: `Ada ${homes}` });
    expect(await session(ada)).toMatchObject({ alias: `Ada ${homes}` });
    expect((await kept())[0]).toEqual([]);
  }
});

test("a bundle has everybody of all homes, and comes back into homes and into none", async () => {
  await api("GET", "/api/snapshot");
  const people = await Promise.all(numbers.map((number) => somebodyOf(number)));
  for (const one of people) await session(one, `name ${homeNumber(one.id, HOMES)}`);
  await calibrate(people[0]!);
  await noteGifts(
    env,
    "one",
    people.map(({ id: volunteer }) => ({ volunteer, shards: 1, steps: 7, audited: 0 })),
  );
  const before = await Promise.all(people.map(me));
  const text = await exported();
  const lines = text.split("\n").slice(1).join("\n");
  const ofStudy = (all: string) =>
    all
      .split("\n")
      .filter((line) => line.startsWith('{"line":"row","of":"study"'))
      .sort();
  expect(ofStudy(text)).toHaveLength(7);

  for (const homes of [HOMES, 0]) {
    await reset();
    deploy(homes);
    expect((await restore(lines)).status).toBe(200);
    // Somebody changes something, and the restore is begun again: what came meanwhile stays.
    if (homes > 0) {
      await put(people[2]!, { alias: "Eve" });
      await session(people[2]!);
    }
    expect((await restore(lines)).status).toBe(200);
    await api("POST", "/api/operator/restore/end", { bundle: "0".repeat(64), lines: 3 }, operator);
    const after = await Promise.all(people.map(me));
    expect(after).toEqual(homes > 0 ? [before[0], before[1], { ...before[2], alias: "Eve" }] : before);
    expect((await kept())[0]).toHaveLength(homes > 0 ? 0 : 3);
    expect(Object.values((await publish()).names).sort()).toEqual(["name 1", "name 2", homes > 0 ? "Eve" : "name 3"].sort());
    if (homes === 0) expect(ofStudy(await exported())).toEqual([]);
  }
  const wrong = lines.replaceAll('"table":"gifts"', '"table":"secret"');
  expect((await problemOf(restore(wrong), 422)).detail).toContain("the study: got rows of secret");
});

test("voiding a volunteer of another home takes its results out and lets it lease no more; others are untouched", async () => {
  const [ada, eve] = [await somebodyOf(1), await somebodyOf(3)];
  for (const one of [ada, eve]) await session(one);
  const small = { variants: ["batchnorm-lr0.1"], seeds: [7], overrides: { steps: 4, batchSize: 8, width: 1 / 64 } };
  const parent = ownHeaders("pilot")[0]!.id;
  await api("POST", "/api/reruns", { experiment: parent, ...small }, operator);
  const own = `${parent}-rerun-1`;
  const granted = await lease(own, { volunteer: eve });
  expect((await finish(granted)).status).toBe(200);
  const body = { volunteer: eve.id, reason: "asked by the operator" };
  expect(await (await api("POST", "/api/operator/void", body, operator)).json()).toEqual({ results: 1 });
  await problemOf(api("POST", "/api/leases", leaseRequest({ experiment: own }), as(eve)), 403);
  expect(await lease(own, { volunteer: ada })).toMatchObject({ shard: { id: granted.shard.id } });
  expect(await kept()).toEqual([[], [ada.id], [], [eve.id]]);
});

test("the status counts the homes' storage, and every table of a home is in a bundle or named as left out", async () => {
  const status = async () => OperatorStatus.parse(await (await api("GET", "/api/operator/status", undefined, operator)).json());
  await study(env).homes();
  const sizes = await Promise.all(numbers.map((number) => home(env, number).bytes()));
  const own = await runInDurableObject(study(env), (_i, { storage: { sql } }) => sql.databaseSize);
  expect((await status()).bytes).toBeGreaterThanOrEqual(sizes.reduce((sum, size) => sum + size, own));
  const query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'";
  const tables = (stub: Parameters<typeof rowsOf>[0]) =>
    runInDurableObject(stub as ReturnType<typeof home>, (_i, { storage: { sql } }) =>
      sql
        .exec<{ name: string }>(query)
        .toArray()
        .map(({ name }) => name)
        .sort(),
    );
  const of = (...all: (typeof HOME_TABLES)[]) =>
    all.flatMap(({ small, large, leftOut }) => [...small, ...large, ...leftOut]).sort();
  expect(await tables(home(env, 1))).toEqual(of(HOME_TABLES));
  expect(await tables(study(env))).toEqual(of(STUDY_TABLES, HOMES_TABLES));
});
