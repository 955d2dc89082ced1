import { reset, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { z } from "zod";
import { Problem } from "../../shared/protocol/problem.ts";
import { SocketAnswer } from "../../shared/protocol/socket.ts";
import { app } from "../../workers/index.ts";
import { study } from "../../workers/study.ts";
import { TOKEN, api, handIn, holderOf, lease, openExperiment, putCheckpoint, somebody, stubOf } from "./api.ts";
import { kept } from "./fuzz/kept.ts";
import { type Attempt, type Known, type Operation, attempts, operationsOf, questions } from "../../scripts/fuzz/requests.ts";
import { checkpointOf, tinyHeader } from "./tiny.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** `runs`: requests to each endpoint that takes a body. */
    fuzz: { readonly seed: number; readonly runs: number };
  }
}

/**
 * Every endpoint, tried with requests that are drawn from its own schema and then spoiled. Whatever comes, the answer is one that the endpoint documents,
 * refusals are problems in words, and what was refused left nothing behind. `npm run fuzz` tries for longer; a failure names its seed.
 */
const { seed, runs } = inject("fuzz");

let known: Known;
let before: string;
const stubs = () => [study(env), stubOf("tiny")];

beforeAll(async () => {
  await openExperiment(tinyHeader("tiny"));
  await api("GET", "/api/snapshot");
  const [mine, others] = [await lease("tiny"), await lease("tiny")];
  const done = await lease("tiny");
  await putCheckpoint(done);
  await handIn(done);
  const me = await somebody();
  const over = await somebody("a network", Date.now() - 1);
  known = {
    names: ["tiny", mine.id, others.id, done.id, mine.shard.id, checkpointOf(done).sha256, me.id],
    tokens: [me.token, ...[mine, others, done].map((granted) => holderOf(granted).token), over.token, TOKEN, "operator-token"],
  };
  await settled();
});
afterAll(() => reset());

/** Sets what is kept as it is now to be what must not change. */
async function settled(): Promise<void> {
  for (const stub of stubs()) await runInDurableObject(stub, (_, { storage }) => storage.deleteAlarm());
  before = await kept(stubs());
}

const operations = operationsOf(await (await app.request("/api/openapi.json", {}, env)).json());

test("there are endpoints to try", () => {
  expect(operations.length).toBeGreaterThan(30);
});

describe.each(operations.filter(({ path }) => path !== "/api/socket"))("$method $path", (operation) => {
  test("answers what it documents, and keeps nothing of what it refuses", async () => {
    await fc.assert(
      fc.asyncProperty(attempts(operation, known), (attempt) => tried(operation, attempt)),
      { seed, numRuns: operation.body ? runs : Math.ceil(runs / 4), endOnFailure: true },
    );
  });
});

test("a socket answers every message as HTTP would, and stays open", async () => {
  const headers = { upgrade: "websocket", "cf-connecting-ip": crypto.randomUUID() };
  const socket = (await exports.default.fetch("https://test.example/api/socket", { headers })).webSocket!;
  socket.accept();
  const ask = (message: string) =>
    new Promise<string>((resolve, reject) => {
      socket.addEventListener("message", ({ data }) => resolve(data as string), { once: true });
      socket.addEventListener("close", ({ reason }) => reject(new Error(`closed: ${reason}`)), { once: true });
      socket.send(message);
    });
  await fc.assert(
    fc.asyncProperty(questions(known), async (message) => {
      const text = await ask(message);
      const { status, body } = SocketAnswer.parse(JSON.parse(text));
      expect(status, text).toBeLessThan(500);
      if (status < 400) return settled();
      expect(Problem.parse(body).status, text).toBe(status);
      expect(await kept(stubs()), text).toBe(before);
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
  socket.close(1000);
});

async function tried(operation: Operation, { path, headers, body }: Attempt): Promise<void> {
  const response = await api(operation.method, path, body ?? undefined, { "cf-connecting-ip": crypto.randomUUID(), ...headers });
  const text = await response.text();
  const said = `${operation.method} ${path}: ${response.status} ${text.slice(0, 400)}`;
  expect(response.status, said).toBeLessThan(500);
  const isThere = matches(operation, path);
  if (isThere) expect(operation.statuses, said).toContain(response.status);
  if (response.status >= 400) {
    expect(response.headers.get("content-type"), said).toBe("application/problem+json");
    const problem = Problem.parse(JSON.parse(text));
    expect(problem.status, said).toBe(response.status);
    expect(`${problem.title} ${problem.detail}`, said).toMatch(/\w+ \w+/);
    expect(await kept(stubs()), said).toBe(before);
  } else {
    if (operation.method !== "GET") await settled();
    if (isThere && operation.body?.type === "application/json") expect(fits(operation, body ?? ""), said).toBe(true);
  }
}

/** Whether an address is still the endpoint's, once dots are resolved and parameters may be empty. */
function matches({ path: template }: Operation, path: string): boolean {
  const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`);
  return pattern.test(new URL(path, "https://test.example").pathname);
}

/** Whether a body is what the endpoint's schema wants. A byte order mark is no part of a text. */
function fits({ body }: Operation, text: string): boolean {
  return z
    .fromJSONSchema(body!.schema as Parameters<typeof z.fromJSONSchema>[0])
    .safeParse(JSON.parse(text.replace(/^\ufeff/, ""))).success;
}
