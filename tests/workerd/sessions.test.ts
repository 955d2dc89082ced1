import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canonicalJson } from "../../shared/math/json.ts";
import { uniform } from "../../shared/math/random.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { ExperimentResults, resultAsHandedIn } from "../../shared/protocol/result.ts";
import { Challenge, Me, Session, Volunteers } from "../../shared/protocol/session.ts";
import { isSignedBy, resultText, sessionText, volunteerId } from "../../shared/protocol/signature.ts";
import { StudyVersions } from "../../shared/protocol/versions.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { KEY_ALGORITHM, keysFrom } from "../../shared/volunteer/keys.ts";
import type { Keys } from "../../shared/volunteer/ports.ts";
import { CAPS, LEASES_PER_NETWORK } from "../../workers/identity/caps.ts";
import { HourlyCount } from "../../workers/identity/hourly-count.ts";
import { T0, api, as, ask, bind, finish, holderOf, lease, openExperiment, problemOf } from "./api.ts";
import { putCheckpoint, setClock, signedBy, somebody, stubOf } from "./api.ts";
import { device, resultOf, tinyHeader } from "./tiny.ts";

beforeEach(() => openExperiment(tinyHeader("tiny")));
afterEach(() => reset());

const beat = { step: 1, loss: 2.3, accuracy: 0.5, stepsPerSecond: 3 };
const study = () => env.STUDY.getByName("study");

async function newKeys(): Promise<Keys> {
  const pair = (await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
  return keysFrom<CryptoKey>(crypto.subtle as never, pair);
}

const challenge = async () => Challenge.parse(await (await api("GET", "/api/challenge")).json()).challenge;

/** Shows the keys, as a volunteer does. */
async function show(keys: Keys, change: object = {}, text?: string): Promise<Response> {
  const asked = text ?? (await challenge());
  const signature = await keys.sign(sessionText(asked));
  const body = { protocol: PROTOCOL_VERSION, publicKey: keys.publicKey, challenge: asked, signature, ...change };
  return api("POST", "/api/sessions", body);
}

describe("a session", () => {
  test("is opened by showing a key; the id is the key's hash, and the same at every visit", async () => {
    const keys = await newKeys();
    const first = await show(keys, { alias: "Ada" });
    expect(first.status).toBe(201);
    const session = Session.parse(await first.json());
    expect(session).toMatchObject({ volunteer: volunteerId(keys.publicKey), alias: "Ada" });
    const again = Session.parse(await (await show(keys)).json());
    expect(again).toMatchObject({ volunteer: session.volunteer, alias: "Ada" });
    const me = Me.parse(await (await api("GET", "/api/me", undefined, as(again as never))).json());
    expect(me).toEqual({ volunteer: session.volunteer, alias: "Ada", listed: false, shards: 0, steps: 0 });
  });

  test("is refused for another's signature, a challenge of one's own, and one that is old", async () => {
    const [keys, other] = [await newKeys(), await newKeys()];
    expect((await problemOf(show(keys, { publicKey: other.publicKey }), 403)).title).toBe("The key was not shown");
    expect((await problemOf(show(keys, {}, "e30.AAAA"), 403)).title).toBe("Unknown challenge");
    await problemOf(show(keys, { publicKey: `BA${"A".repeat(85)}` }), 403); // The point (0, 0) is not on the curve.
    const [body, seal] = (await challenge()).split(".");
    const older = `${btoa(atob(body!.replace(/-/g, "+").replace(/_/g, "/")).replace(/"made":\d/, '"made":9'))}.${seal}`;
    await problemOf(show(keys, {}, older.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "")), 403);
  });

  test("opens once for a challenge: whoever listened cannot use it again", async () => {
    const keys = await newKeys();
    const text = await challenge();
    expect((await show(keys, {}, text)).status).toBe(201);
    expect((await problemOf(show(keys, {}, text), 409)).title).toBe("Challenge used before");
    expect((await show(await newKeys(), {}, text)).status).toBe(201);
  });

  test("is needed to lease, and ends: a missing, an invented and an expired token are told apart", async () => {
    const request = {
      protocol: PROTOCOL_VERSION,
      device: { provider: "cpu", adapter: null, threads: 1, runtime: "r", platform: "p" },
    };
    const asked = async (headers: Record<string, string>) => problemOf(api("POST", "/api/leases", request, headers), 401);
    const expired = await somebody("n", Date.now() - 1);
    expect((await asked({})).detail).toContain("got no token");
    expect((await asked({ authorization: "Bearer a.b" })).detail).toContain("not given out here");
    expect((await asked(as(expired))).detail).toContain("has expired");
    const [body] = expired.token.split(".");
    const forged = `${body}.${(await somebody()).token.split(".")[1]}`;
    expect((await asked({ authorization: `Bearer ${forged}` })).detail).toContain("not given out here");
  });

  test("of the server's own secret holds when the deployment sets none", async () => {
    const made = await study().secret();
    expect(made).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await study().secret()).toBe(made);
  });
});

describe("a lease", () => {
  test("is its volunteer's alone: nobody else keeps it alive, stores under it or hands it in", async () => {
    const granted = await lease("tiny");
    const thief = await somebody();
    const stolen = { ...(await signedBy(thief, granted.id, resultOf(granted))) };
    await problemOf(api("POST", `/api/leases/${granted.id}/heartbeat`, beat, as(thief)), 403);
    await problemOf(api("POST", `/api/leases/${granted.id}/result`, stolen, as(thief)), 403);
    const bytes = new Uint8Array(8);
    const path = `/api/checkpoints/${sha256Hex(bytes)}?lease=${granted.id}`;
    await problemOf(api("PUT", path, bytes, { ...as(thief), "content-length": "8" }), 403);
    expect((await finish(granted)).status).toBe(200);
  });
});

describe("a result", () => {
  test("is kept with its signature, by which anyone can tell later who made it and that it is unchanged", async () => {
    const granted = await lease("tiny");
    await finish(granted);
    const { results } = ExperimentResults.parse(await (await api("GET", "/api/experiments/tiny/results")).json());
    const [stored] = results;
    expect(stored?.provenance.volunteer).toBe(holderOf(granted).id);
    const { lease: id, publicKey, signature } = stored!.signed!;
    expect(volunteerId(publicKey)).toBe(stored?.provenance.volunteer);
    const said = (result: unknown) => resultText(id, sha256Hex(canonicalJson(result)));
    const handedIn = resultAsHandedIn(stored!);
    expect(await isSignedBy(crypto.subtle, publicKey, signature, said(handedIn))).toBe(true);
    expect(await isSignedBy(crypto.subtle, publicKey, signature, said({ ...handedIn, trainMs: 1 }))).toBe(false);
  });

  test("signed wrongly is refused and not stored: another key, another result, another lease", async () => {
    const [granted, other] = [await lease("tiny"), await lease("tiny")];
    await putCheckpoint(granted);
    const me = holderOf(granted);
    const result = resultOf(granted);
    await bind(granted, result);
    const good = await signedBy(me, granted.id, result);
    const post = (body: object) => api("POST", `/api/leases/${granted.id}/result`, body);
    const stranger = await signedBy(await somebody(), granted.id, result);
    expect((await problemOf(post(stranger), 422)).detail).toContain("publicKey: got the key of");
    await problemOf(post({ ...stranger, publicKey: me.publicKey }), 422);
    await problemOf(post({ ...good, result: { ...result, trainMs: 99 } }), 422);
    const replayed = await signedBy(me, other.id, result);
    expect((await problemOf(post(replayed), 422)).detail).toContain("signature: got one over something else");
    expect((await api("GET", "/api/experiments/tiny/results").then((reply) => reply.json<{ results: [] }>())).results).toEqual(
      [],
    );
    expect((await post(good)).status).toBe(200);
  });
});

test("a name is changeable, shown for all results of its volunteer, and gone when it is taken back", async () => {
  const keys = await newKeys();
  const session = Session.parse(await (await show(keys, { alias: "<b>Ada</b>" })).json());
  const me = { ...keys, id: session.volunteer, token: session.token };
  await finish(await lease("tiny", { volunteer: me }));
  await setClock("tiny", T0 + 10_000);
  await runDurableObjectAlarm(stubOf("tiny"));
  const listed = async () => {
    await runDurableObjectAlarm(study());
    return Volunteers.parse(await (await api("GET", "/api/volunteers")).json());
  };
  expect(await listed()).toEqual({ names: { [me.id]: "<b>Ada</b>" }, list: [] });
  const version = async () => StudyVersions.parse(await (await api("GET", "/api/versions")).json()).volunteers;
  const before = await version();
  const put = (body: object) => api("PUT", "/api/me", body, as(me));
  expect(await (await put({ alias: "Grace", listed: true })).json()).toMatchObject({ alias: "Grace", listed: true, steps: 2 });
  expect(await listed()).toEqual({
    names: { [me.id]: "Grace" },
    list: [{ volunteer: me.id, alias: "Grace", shards: 1, steps: 2, audited: 0 }],
  });
  expect(await version()).not.toBe(before);

  // Whoever stands behind audited steps comes first, however many others have.
  const audited = await newKeys();
  const other = Session.parse(await (await show(audited, { alias: "Emmy" })).json());
  await api("PUT", "/api/me", { listed: true }, { authorization: `Bearer ${other.token}` });
  await study().noteGifts("another", [{ volunteer: other.volunteer, shards: 1, steps: 1, audited: 1 }]);
  expect((await listed()).list.map(({ alias }) => alias)).toEqual(["Emmy", "Grace"]);
  await study().noteGifts("another", []);
  await put({ alias: null, listed: false });
  expect(await listed()).toEqual({ names: {}, list: [] });
  await problemOf(put({ alias: "x".repeat(41) }), 400);
  await problemOf(api("PUT", "/api/me", { alias: "Ada" }), 401);
});

test("a volunteer that opens session after session is told to wait, and how long", async () => {
  const keys = await newKeys();
  for (let i = 0; i < CAPS.sessionsPerHour.volunteer; i++) expect((await show(keys)).status).toBe(201);
  const refused = await show(keys);
  const wait = Number(refused.headers.get("retry-after"));
  const problem = await problemOf(refused, 429);
  expect(problem).toMatchObject({ title: "Too much from one place", retryAfterSeconds: wait });
  expect(wait).toBeGreaterThan(0);
  expect((await show(await newKeys())).status).toBe(201);
});

test("a network that holds very many leases gets no more for now, others do", async () => {
  await runInDurableObject(stubOf("tiny"), (_instance, { storage: { sql } }) => {
    sql.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO leases (id, shard, variant, seed, shard_index, volunteer, device, leased_at, deadline, uploads, network)
       SELECT 'l' || i, 's' || i, 'v', 1, 0, 'v' || i, ?, 0, ?, 0, 'crowd' FROM n`,
      ...[LEASES_PER_NETWORK, JSON.stringify(device), T0 + 90_000],
    );
  });
  // It keeps in memory what it wrote itself.
  await evictDurableObject(stubOf("tiny"));
  const reply = await ask("tiny", { volunteer: await somebody("crowd") });
  expect(reply).toMatchObject({ kind: "idle", reason: expect.stringContaining("one network") as string });
  expect(await ask("tiny", { volunteer: await somebody("elsewhere") })).toMatchObject({ kind: "lease" });
});

test("sessions of one volunteer and of one network are capped, with the time to wait", async () => {
  await runInDurableObject(env.STUDY.getByName("scratch"), (_instance, { storage: { sql } }) => {
    const count = new HourlyCount(sql);
    const { volunteer, network } = CAPS.sessionsPerHour;
    for (let i = 0; i < volunteer; i++) expect(count.take("sessionsPerHour", { volunteer: "a", network: "n" }, T0).ok).toBe(true);
    const refused = count.take("sessionsPerHour", { volunteer: "a", network: "n" }, T0 + 60_000);
    expect(refused).toMatchObject({ ok: false, problem: { status: 429, retryAfterSeconds: 3540 } });
    for (let i = volunteer; i < network; i++) count.take("sessionsPerHour", { volunteer: `v${i}`, network: "n" }, T0);
    const crowded = count.take("sessionsPerHour", { volunteer: "new", network: "n" }, T0);
    expect(crowded.ok ? "" : crowded.problem.detail).toContain(`want at most ${network}`);
    expect(count.take("sessionsPerHour", { volunteer: "new", network: "another" }, T0).ok).toBe(true);
    expect(count.take("sessionsPerHour", { volunteer: "a", network: "n" }, T0 + 3_600_000).ok).toBe(true);
  });
});

test("an object that is evicted again and again does not forget its caps, and whoever stays far below them costs few rows", async () => {
  await runInDurableObject(env.STUDY.getByName("scratch"), (_instance, { storage: { sql } }) => {
    const cap = CAPS.resultsPerHour.volunteer;
    /** Results that are let through when the memory is lost after each, of so many tries. */
    const through = (volunteer: string, tries: number): number => {
      const draws = uniform(7, volunteer, 0, 2 * tries);
      let i = 0;
      const counts = Array.from({ length: tries }, () => new HourlyCount(sql, () => draws[i++]!));
      return counts.filter((count) => count.take("resultsPerHour", { volunteer, network: volunteer }, T0).ok).length;
    };
    const attacker = through("eve", 3 * cap);
    expect(attacker).toBeGreaterThan(cap / 2);
    expect(attacker).toBeLessThan(2 * cap);
    expect(through("ada", 60)).toBe(60);
    const rows = sql.exec<{ n: number }>("SELECT n FROM counted WHERE name = 'resultsPerHour/volunteer/ada'").toArray();
    expect(rows[0]?.n ?? 0).toBeLessThan(cap / 2);
  });
});
