import { reset } from "cloudflare:test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lease } from "../../shared/protocol/lease.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { TOKEN, api, as, lease, openExperiment, problemOf, putCheckpoint, signedBy, somebody } from "./api.ts";
import { leaseRequest, resultOf, tinyHeader } from "./tiny.ts";

let granted: Lease;
beforeAll(async () => {
  await openExperiment(tinyHeader("tiny"));
  granted = await lease("tiny");
  await putCheckpoint(granted);
});
afterAll(() => reset());

type Change = (good: Record<string, unknown>) => unknown;
const set =
  (key: string, value: unknown): Change =>
  (good) => ({ ...good, [key]: value });
const without =
  (key: string): Change =>
  (good) =>
    Object.fromEntries(Object.entries(good).filter(([name]) => name !== key));

const measured =
  (key: string, value: unknown): Change =>
  (good) => ({ ...good, result: { ...(good["result"] as object), [key]: value } });

/** Endpoint, its good body, and changes that spoil it: where the complaint points, and what it says. */
const CASES: [name: string, path: () => string, good: () => object, bad: [Change, path: string, words: string][]][] = [
  [
    "a lease request",
    () => "/api/leases",
    () => leaseRequest({ experiment: "tiny" }),
    [
      [set("volunteer", "me"), "body", 'got the unknown key: "volunteer"'],
      [set("device", null), "device", "got null, want object"],
      [
        set("device", { provider: "gpu", adapter: null, threads: 1, runtime: "r", platform: "p" }),
        "device.provider",
        'got "gpu"',
      ],
      [set("experiment", "../etc"), "experiment", 'got "../etc", want lower-case letters'],
      [set("prefer", 7), "prefer", "got 7, want string"],
      [set("admin", true), "body", 'got the unknown key: "admin"'],
      [() => [], "body", "got [], want object"],
      [() => null, "body", "got null"],
    ],
  ],
  [
    "a heartbeat",
    () => `/api/leases/${granted.id}/heartbeat`,
    () => ({ step: 1, loss: 2, accuracy: 0.5, stepsPerSecond: 1 }),
    [
      [set("step", -1), "step", "got -1, want number to be >=0"],
      [set("step", 1.5), "step", "got 1.5, want int"],
      [set("accuracy", 50), "accuracy", "got 50, want number to be <=1"],
      [set("loss", "low"), "loss", 'got "low", want number'],
      [without("loss"), "loss", "got nothing, want number"],
    ],
  ],
  [
    "a result",
    () => `/api/leases/${granted.id}/result`,
    () => ({ result: resultOf(granted), publicKey: `BA${"A".repeat(85)}`, signature: "A".repeat(86) }),
    [
      [without("signature"), "signature", "got nothing"],
      [set("signature", "mine"), "signature", 'got "mine", want a signature (64 bytes, base64url)'],
      [set("publicKey", "A".repeat(87)), "publicKey", "want a P-256 public key"],
      [measured("modelSha256", "ABC"), "result.modelSha256", 'got "ABC", want 64 lower-case hexadecimal digits'],
      [
        measured("training", { step: [0, 1], loss: [1, "NaN"], accuracy: [0, 0] }),
        "result.training.loss[1]",
        'got "NaN", want number',
      ],
      [
        measured("training", { step: [0, 1], loss: [1], accuracy: [0, 0] }),
        "result.training",
        "want step, loss and accuracy of one length",
      ],
      [
        measured("evaluation", { step: [0], loss: [1], accuracy: [1.01] }),
        "result.evaluation.accuracy[0]",
        "got 1.01, want number to be <=1",
      ],
      [measured("trainMs", -5), "result.trainMs", "got -5"],
      [measured("endCheckpoint", undefined), "result.endCheckpoint", "got nothing"],
      [measured("divergedAt", "never"), "result.divergedAt", 'got "never"'],
    ],
  ],
  [
    "a request for a session",
    () => "/api/sessions",
    () => ({ protocol: PROTOCOL_VERSION, publicKey: `BA${"A".repeat(85)}`, challenge: "c", signature: "A".repeat(86) }),
    [
      [without("publicKey"), "publicKey", "got nothing, want string"],
      [set("publicKey", "me"), "publicKey", 'got "me", want a P-256 public key'],
      [set("alias", ""), "alias", 'got ""'],
      [set("alias", "x".repeat(41)), "alias", "<=40"],
      [set("alias", "a\u202eb"), "alias", "want a name without control characters"],
      [set("alias", "\u200b"), "alias", "want a name that can be seen"],
      [set("challenge", 5), "challenge", "got 5, want string"],
      [set("password", "x"), "body", 'got the unknown key: "password"'],
    ],
  ],
  [
    "a rerun request",
    () => "/api/reruns",
    () => ({ experiment: "tiny" }),
    [
      [without("experiment"), "experiment", "got nothing, want string"],
      [set("seeds", []), "seeds", "got []"],
      [set("seeds", [1, 1]), "seeds", "want each seed once"],
      [set("variants", ["a", "a"]), "variants", "want each variant once"],
      [set("overrides", { learningRate: 0 }), "overrides.learningRate", "got 0, want number to be >0"],
      [set("overrides", { steps: 0 }), "overrides.steps", "got 0"],
      [set("overrides", { batchSize: 1 }), "overrides.batchSize", "got 1"],
      [set("overrides", { width: 3 }), "overrides.width", "got 3"],
      [set("overrides", { momentum: 0.9 }), "overrides", 'got the unknown key: "momentum"'],
    ],
  ],
];

describe.each(CASES)("%s", (_name, path, good, bad) => {
  test.each(bad)("spoiled by %o is refused at %s: %s", async (change, where, words) => {
    const body = JSON.stringify(change(good() as Record<string, unknown>));
    const headers = { "content-type": "application/json", authorization: `Bearer ${TOKEN}` };
    const problem = await problemOf(api("POST", path(), body, headers), 400);
    const error = problem.errors?.find((candidate) => candidate.path === where);
    expect(error?.message, JSON.stringify(problem.errors)).toContain(words);
    expect(problem.detail).toContain("Nothing was stored");
  });

  test("that is no JSON is refused", async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    await problemOf(api("POST", path(), "{oops", headers), 400);
    await problemOf(api("POST", path(), "a=1", { ...headers, "content-type": "application/x-www-form-urlencoded" }), 415);
  });

  test("that is too large is refused", async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    const body = JSON.stringify({ padding: "x".repeat(2 ** 20 + 2 ** 15) });
    await problemOf(api("POST", path(), body, { ...headers, "content-length": String(body.length) }), 413);
  });
});

test("after all that nothing was stored", async () => {
  const { results } = ExperimentResults.parse(await (await api("GET", "/api/experiments/tiny/results")).json());
  expect(results).toEqual([]);
});

test("a volunteer of another protocol is told to reload the page", async () => {
  const old = await problemOf(api("POST", "/api/leases", { protocol: 0, id: "an old shape" }), 426);
  expect([old.detail, old.remedy]).toEqual([
    `protocol: got 0, want ${PROTOCOL_VERSION}`,
    "Reload the page (or update the command-line volunteer).",
  ]);
});

test("unknown leases, experiments and addresses are 404, in words", async () => {
  const beat = { step: 0, loss: null, accuracy: null, stepsPerSecond: null };
  const me = await somebody();
  const result = await signedBy(me, "nonsense", resultOf(granted));
  for (const id of ["nonsense", `tiny.${crypto.randomUUID()}`, `other.${crypto.randomUUID()}`, "%2F..%2F"]) {
    await problemOf(api("POST", `/api/leases/${id}/heartbeat`, beat, as(me)), 404);
    await problemOf(api("POST", `/api/leases/${id}/result`, result, as(me)), 404);
    await problemOf(api("POST", `/api/leases/${id}/return`), 404);
  }
  await problemOf(api("POST", "/api/leases", leaseRequest({ experiment: "nothing" }), as(me)), 404);
  await problemOf(api("GET", "/api/snapshot/nothing"), 404);
  await problemOf(api("GET", "/api/experiments/nothing/results"), 404);
  await problemOf(api("GET", "/api/reruns/nothing"), 404);
  expect((await problemOf(api("GET", "/api/nothing"), 404)).remedy).toContain("/api/openapi.json");
  await problemOf(api("DELETE", "/api/reruns"), 404);
});

test("a heartbeat from outside the shard is refused", async () => {
  const beat = { step: 3, loss: null, accuracy: null, stepsPerSecond: null };
  const refused = await problemOf(api("POST", `/api/leases/${granted.id}/heartbeat`, beat), 422);
  expect(refused.errors).toEqual([{ path: "step", message: "got 3, want a step of the shard, 0 to 2" }]);
});

test("an address that writes more than 600 times a minute is told to wait", async () => {
  const headers = { "cf-connecting-ip": "192.0.2.1" };
  const send = () => Promise.all(Array.from({ length: 650 }, () => api("POST", "/api/leases/x/return", undefined, headers)));
  const first = await send();
  // Where a minute began in between, the next burst lies in one.
  const burst = first.some(({ status }) => status === 429) ? first : await send();
  expect(new Set(burst.map(({ status }) => status))).toEqual(new Set([404, 429]));
  const limited = burst.find(({ status }) => status === 429)!;
  expect(limited.headers.get("retry-after")).toBe("60");
  expect((await problemOf(limited, 429)).detail).toContain("600 writes");
  expect((await api("GET", "/api/health", undefined, headers)).status).toBe(200);
});
