import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { intervalEnd } from "../../shared/audit/interval.ts";
import { CommitReply } from "../../shared/protocol/audit.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import { type Lease, LeaseReply, type LeaseRequest } from "../../shared/protocol/lease.ts";
import { Problem } from "../../shared/protocol/problem.ts";
import type { Result } from "../../shared/protocol/result.ts";
import { checkpointOf, commitOf, leaseRequest, resultOf } from "./tiny.ts";

/** Far enough ahead that no alarm fires by itself. */
export const T0 = Date.UTC(2100, 0, 1);
export const TOKEN = "test-token";

// The rate limit counts addresses; every test file is one of its own.
const address = crypto.randomUUID();

export function api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const json = body !== undefined && !(body instanceof Uint8Array) && typeof body !== "string";
  return exports.default.fetch(
    new Request(`https://test.example${path}`, {
      method,
      headers: { "cf-connecting-ip": address, ...(json && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body: json ? JSON.stringify(body) : (body as BodyInit) }),
    }),
  );
}

/** The problem of a refusal; fails when its status is another. */
export async function problemOf(response: Response | Promise<Response>, status: number): Promise<Problem> {
  const got = await response;
  const text = await got.text();
  if (got.status !== status) throw new Error(`got ${got.status} ${text}, want ${status}`);
  if (got.headers.get("content-type") !== "application/problem+json")
    throw new Error(`${got.headers.get("content-type")}: ${text}`);
  return Problem.parse(JSON.parse(text));
}

export const stubOf = (id: string) => env.COORDINATOR.getByName(id);

export async function openExperiment(header: ExperimentHeader, now = T0): Promise<void> {
  await setClock(header.id, now);
  await stubOf(header.id).open(header);
}

/** Sets what the experiment's object takes for the time (ms since 1970). */
export const setClock = (id: string, now: number): Promise<void> =>
  runInDurableObject(stubOf(id), (instance) => {
    instance.clock = () => now;
  });

export async function ask(experiment: string, change: Partial<LeaseRequest> = {}): Promise<LeaseReply> {
  const response = await api("POST", "/api/leases", leaseRequest({ experiment, ...change }));
  return LeaseReply.parse(await response.json());
}

/** A lease; fails when there is none to have. */
export async function lease(experiment: string, change: Partial<LeaseRequest> = {}): Promise<Lease> {
  const reply = await ask(experiment, change);
  if (reply.kind === "idle") throw new Error(`${experiment}: idle: ${reply.reason}`);
  return reply.lease;
}

/** Hands in; what a volunteer would have bound while it trained is bound first, and stored where it is wanted. */
export async function handIn(granted: Lease, result: Result = resultOf(granted)): Promise<Response> {
  await bind(granted, result);
  return api("POST", `/api/leases/${granted.id}/result`, result);
}

/** Commits interval by interval. @returns which checkpoints were wanted, in all */
export async function bind(granted: Lease, result: Result = resultOf(granted)): Promise<string[]> {
  const { commitEvery: every = Infinity, shard } = granted;
  const end = result.divergedAt ?? result.toStep ?? shard.toStep;
  const wanted: string[] = [];
  for (let from = shard.fromStep; from < end;) {
    const to = intervalEnd(from, end, every);
    if (result.divergedAt !== null && to % every !== 0) break;
    const response = await api("POST", `/api/leases/${granted.id}/commits`, commitOf(granted, result, from, to));
    if (response.status === 200) wanted.push(...CommitReply.parse(await response.json()).wanted);
    else await response.body?.cancel();
    from = to;
  }
  for (let step = shard.fromStep + 1; step < end; step++) {
    const part = { ...granted, shard: { ...shard, toStep: step } };
    if (wanted.includes(checkpointOf(part).sha256)) await putCheckpoint(part);
  }
  return wanted;
}

export function putCheckpoint(granted: Lease, salt = 0): Promise<Response> {
  const { bytes, sha256 } = checkpointOf(granted, salt);
  return api("PUT", `/api/checkpoints/${sha256}?lease=${granted.id}`, bytes, { "content-length": String(bytes.length) });
}

/** Stores the checkpoint and hands in: what a volunteer does after training. */
export async function finish(granted: Lease, change: Partial<Result> = {}): Promise<Response> {
  const stored = await putCheckpoint(granted);
  if (stored.status !== 201) return stored;
  return handIn(granted, resultOf(granted, change));
}
