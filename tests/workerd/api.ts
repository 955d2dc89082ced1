import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { intervalEnd } from "../../shared/audit/interval.ts";
import { CommitReply } from "../../shared/protocol/audit.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import { type Lease, LeaseReply, type LeaseRequest } from "../../shared/protocol/lease.ts";
import { Problem } from "../../shared/protocol/problem.ts";
import type { HandIn, Result } from "../../shared/protocol/result.ts";
import { resultText, volunteerId } from "../../shared/protocol/signature.ts";
import { KEY_ALGORITHM, keysFrom } from "../../shared/volunteer/keys.ts";
import type { Keys } from "../../shared/volunteer/ports.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { serverSecret } from "../../workers/identity/secret.ts";
import { sealToken } from "../../workers/identity/token.ts";
import { checkpointOf, commitOf, leaseRequest, resultOf } from "./tiny.ts";

/** Far enough ahead that no alarm fires by itself. */
export const T0 = Date.UTC(2100, 0, 1);
export const TOKEN = "test-token";

// The rate limit counts addresses; every test file is one of its own.
const address = crypto.randomUUID();

/** A key pair with a session: who does things in a test. */
export interface Somebody extends Keys {
  readonly id: string;
  readonly token: string;
}

/** @param network pseudonym of the network that the session was opened in  @param expires ms since 1970 */
export async function somebody(network = "a network", expires = T0): Promise<Somebody> {
  const pair = (await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
  const keys = await keysFrom<CryptoKey>(crypto.subtle as never, pair);
  const id = volunteerId(keys.publicKey)!;
  return { ...keys, id, token: await sealToken(await serverSecret(env), { volunteer: id, network, expires }) };
}

/** Who holds which lease, as far as this file asked for it. */
const holders = new Map<string, Somebody>();
export const hold = (lease: Lease, who: Somebody): void => void holders.set(lease.id, who);
export const holderOf = (lease: Pick<Lease, "id">): Somebody => holders.get(lease.id)!;
export const as = ({ token }: Somebody) => ({ authorization: `Bearer ${token}` });

/** Asks as the holder of the lease that the path names, unless the headers say who asks. */
export async function api(method: string, path: string, body?: unknown, given: Record<string, string> = {}): Promise<Response> {
  const holder = [...holders].find(([id]) => path.includes(id))?.[1];
  const headers = { ...(holder && as(holder)), ...given };
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

/** Who asks, and for what. A newcomer unless it is said. */
export type Wish = Partial<LeaseRequest> & { readonly volunteer?: Somebody };

export async function ask(experiment: string | undefined, { volunteer, ...change }: Wish = {}): Promise<LeaseReply> {
  const who = volunteer ?? (await somebody());
  const request = leaseRequest({ ...(experiment !== undefined && { experiment }), ...change });
  const reply = LeaseReply.parse(await (await api("POST", "/api/leases", request, as(who))).json());
  if (reply.kind === "lease") holders.set(reply.lease.id, who);
  return reply;
}

/** A lease; fails when there is none to have. */
export async function lease(experiment: string, change: Wish = {}): Promise<Lease> {
  const reply = await ask(experiment, change);
  if (reply.kind === "idle") throw new Error(`${experiment}: idle: ${reply.reason}`);
  return reply.lease;
}

/** A result as its lease's holder signs it. */
export async function signedBy({ publicKey, sign }: Keys, lease: string, result: Result): Promise<HandIn> {
  return { result, publicKey, signature: await sign(resultText(lease, sha256Hex(canonicalJson(result)))) };
}

/** Hands in; what a volunteer would have bound while it trained is bound first, and stored where it is wanted. */
export async function handIn(granted: Lease, result: Result = resultOf(granted), next?: LeaseRequest): Promise<Response> {
  await bind(granted, result);
  return handInOnly(granted, result, next);
}

/** Hands in, and nothing else. */
export const handInOnly = async (granted: Lease, result: Result, next?: LeaseRequest): Promise<Response> =>
  api("POST", `/api/leases/${granted.id}/result`, {
    ...(await signedBy(holderOf(granted), granted.id, result)),
    ...(next && { next }),
  });

/** Commits interval by interval. @returns which checkpoints were wanted, in all */
export async function bind(granted: Lease, result: Result = resultOf(granted)): Promise<string[]> {
  const { commitEvery: every = Infinity, shard } = granted;
  const end = result.divergedAt ?? result.toStep ?? shard.toStep;
  const wanted: string[] = [];
  const boundaries: number[] = [];
  for (let from = shard.fromStep; from < end;) {
    const to = intervalEnd(from, end, every);
    if (result.divergedAt !== null && to % every !== 0) break;
    const response = await api("POST", `/api/leases/${granted.id}/commits`, {
      commits: [commitOf(granted, result, from, to)],
    });
    if (response.status === 200) wanted.push(...CommitReply.parse(await response.json()).wanted);
    else await response.body?.cancel();
    boundaries.push((from = to));
  }
  for (const step of wanted.length > 0 ? boundaries.filter((boundary) => boundary !== end) : []) {
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
