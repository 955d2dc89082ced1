import fc from "fast-check";
import { SessionKeeper } from "../../shared/volunteer/session.ts";
import { httpTransport } from "../../shared/volunteer/transport.ts";
import { someone } from "../crowd/someone.ts";
import { heapAfterGarbage } from "../load/heap.ts";
import type { LocalCoordinator } from "../load/local-coordinator.ts";
import { nodeFetch } from "../volunteer/node-ports.ts";
import { type Attempt, attempts, type Known, type Operation, operationsOf, questions } from "./requests.ts";

/** What a request may leave behind on the heap, in bytes, on average: one that is kept, or its error, is some thousands. */
export const LEAVES_AT_MOST = 200;
const AT_ONCE = 8;

/** What was on the Worker's heap, in bytes, after garbage was collected. */
export interface Heaps {
  readonly before: number;
  readonly after: number;
  /** Sent in between. */
  readonly requests: number;
}

/**
 * Sends requests like those of tests/workerd/fuzz.test.ts over HTTP and a socket, twice as many in all as are counted: the first half warms the Worker up, and what it
 * caches comes to rest.
 * @param runs requests to each endpoint in each half
 */
export async function heapsAround({ origin, inspector }: LocalCoordinator, seed: number, runs: number): Promise<Heaps> {
  const document = (await (await fetch(`${origin}/api/openapi.json`)).json()) as Parameters<typeof operationsOf>[0];
  const operations = operationsOf(document).filter(({ path }) => path !== "/api/socket");
  const known = await knownAt(origin);
  await pass(origin, operations, known, seed, runs);
  const before = await heapAfterGarbage(inspector, origin);
  const requests = await pass(origin, operations, known, seed + 1, runs);
  const after = await heapAfterGarbage(inspector, origin);
  return { before, after, requests };
}

/** A volunteer's session, and an experiment: nobody's token, with which much would be kept that is meant to be. */
async function knownAt(origin: string): Promise<Known> {
  const { keys, id } = await someone(1);
  let token = "";
  await new SessionKeeper(httpTransport(nodeFetch, origin), () => Promise.resolve(keys)).with((open) => {
    token = open;
    return Promise.resolve();
  });
  const { experiments } = (await (await fetch(`${origin}/api/snapshot`)).json()) as {
    experiments: { experiment: { id: string } }[];
  };
  const experiment = experiments[0]!.experiment.id;
  return { names: [experiment, `${experiment}.${crypto.randomUUID()}`, id], tokens: [token, `${token}x`] };
}

async function pass(origin: string, operations: readonly Operation[], known: Known, seed: number, runs: number) {
  const drawn = operations.flatMap((operation) =>
    fc.sample(attempts(operation, known), { seed, numRuns: runs }).map((attempt) => ({ operation, attempt })),
  );
  const waiting = drawn.values();
  let sent = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const { operation, attempt } of waiting) if (await send(origin, operation.method, attempt)) sent++;
    }),
  );
  return sent + (await talk(origin, fc.sample(questions(known), { seed, numRuns: runs })));
}

/** False where this client would not send such a request. */
async function send(origin: string, method: string, { path, headers, body }: Attempt): Promise<boolean> {
  const { "content-length": _ours, ...rest } = headers;
  try {
    const response = await fetch(`${origin}${path}`, { method, headers: rest, body });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Messages to one socket, each once the one before was answered. */
async function talk(origin: string, messages: readonly string[]): Promise<number> {
  const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/api/socket`);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  for (const message of messages) {
    const answered = new Promise((resolve) => socket.addEventListener("message", resolve, { once: true }));
    socket.send(message);
    await answered;
  }
  socket.close();
  return messages.length;
}
