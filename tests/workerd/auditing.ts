import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { encodeCheckpoint } from "../../shared/nn/checkpoint.ts";
import { initialState, stateLayout } from "../../shared/nn/training.ts";
import { normal } from "../../shared/math/random.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { type AuditRecord, CommitReply, ExperimentAudits } from "../../shared/protocol/audit.ts";
import { type Lease, LeaseReply, type LeaseRequest } from "../../shared/protocol/lease.ts";
import { ExperimentResults, type Result } from "../../shared/protocol/result.ts";
import type { AuditWish } from "../../shared/protocol/operator-audit.ts";
import { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { readSnapshot } from "../../workers/metrics-kv.ts";
import { type Somebody, api, handInOnly, hold, openExperiment, somebody, stubOf } from "./api.ts";
import { commitOf, device, leaseRequest, resultOf, tinyHeader } from "./tiny.ts";

/** Shards of 40 steps in eight intervals of 5; what anybody "trains" moves the weights along a direction of the step. */
const plan = {
  shardSteps: 40,
  spec: { ...tinyHeader("x").plan.spec, steps: 40, evaluateEvery: null, probes: undefined as never },
};
export const header = () => {
  const { probes: _none, ...spec } = plan.spec;
  return tinyHeader("tiny", { shardSteps: plan.shardSteps, spec });
};
/** Volunteers of one test. */
export let [ada, bob, eve] = [] as unknown as Somebody[] as [Somebody, Somebody, Somebody];
let operator: Somebody;
export const GPU = { ...device, provider: "webgpu" as const, adapter: "another vendor" };

/** Begins every test with people of its own and an experiment of the plan. */
export async function begin(): Promise<void> {
  [ada, bob, eve, operator] = [await somebody(), await somebody(), await somebody(), await somebody()];
  await openExperiment(header());
}

export type How = (step: number, movement: Float32Array) => Float32Array;
export const honest: How = (_step, movement) => movement;
/** Rounding on another provider: a tiny movement at right angles to the true one. */
export const rounded: How = (step, movement) => movement.map((v, i) => v + 1e-6 * v * Math.sign(Math.sin(i * 7 + step)));
export const signFlipped: How = (_step, movement) => movement.map((v) => -v);
export const skipping: How = (_step, movement) => movement.map((v) => 0.3 * v);
/** One step in five left out. */
export const skippingSome: How = (step, movement) => movement.map((v, i) => (i % 5 === step % 5 ? 0 : v));

/** State after `step` updates, as somebody would have it who trains `how` he does; the directions are those of no real network. */
export function stateAt({ spec }: Lease, step: number, how: How): { bytes: Uint8Array<ArrayBuffer>; sha256: string } {
  const layout = stateLayout(spec);
  const initial = initialState(spec);
  const parameters = Float32Array.from(initial["parameters"]!);
  for (let until = 5; until <= step; until += 5) {
    const movement = Float32Array.from(normal(spec.seed, "movement", until, parameters.length), (v) => v * 0.01);
    how(until, movement).forEach((v, i) => (parameters[i]! += v));
  }
  const bytes = encodeCheckpoint({ step, state: { ...initial, parameters } }, layout);
  return { bytes, sha256: sha256Hex(bytes) };
}

export const put = (granted: Lease, { bytes, sha256 }: ReturnType<typeof stateAt>) =>
  api("PUT", `/api/checkpoints/${sha256}?lease=${granted.id}`, bytes, { "content-length": String(bytes.length) });

/** Trains a leased shard `how` he does, binds every interval, stores what is wanted, and hands in. */
export async function train(
  granted: Lease,
  how: How = honest,
  change: (result: Result) => Partial<Result> = () => ({}),
): Promise<Response> {
  const { fromStep, toStep } = granted.shard;
  const end = stateAt(granted, toStep, how);
  const good = resultOf(granted, { endCheckpoint: end.sha256 });
  const result = { ...good, ...change(good) };
  await put(granted, end);
  for (let from = fromStep; granted.commitEvery && from < toStep; from += 5) {
    const commit = { ...commitOf(granted, result, from, from + 5), checkpoint: stateAt(granted, from + 5, how).sha256 };
    const opening = from === fromStep ? result.opening : commit.opening;
    const reply = await api("POST", `/api/leases/${granted.id}/commits`, { commits: [{ ...commit, opening }] });
    const { wanted } = CommitReply.parse(await reply.json());
    for (const step of [from, from + 5]) {
      const state = stateAt(granted, step, how);
      if (wanted.includes(state.sha256)) await put(granted, state);
    }
  }
  return handInOnly(granted, result);
}

export async function audit(
  { experiment = "tiny", ...change }: Partial<LeaseRequest> = {},
  wish: AuditWish = {},
): Promise<Lease | null> {
  const body = { session: operator.token, ask: leaseRequest({ experiment, ...change }), ...wish };
  const response = await api("POST", "/api/audits/leases", body, { authorization: "Bearer operator-token" });
  const reply = LeaseReply.parse(await response.json());
  if (reply.kind === "idle") return null;
  hold(reply.lease, operator);
  return reply.lease;
}

/** The operator's auditor on an interval: it begins at the claimed state, which it takes as it is. */
export async function auditNext(how: How, from: How = honest, change: Partial<LeaseRequest> = {}): Promise<Lease> {
  return redo((await audit(change))!, how, from);
}

/** Trains a leased interval again, from the state that `from` came to. */
export async function redo(granted: Lease, how: How, from: How): Promise<Lease> {
  const end = movedFrom(granted, stateAt(granted, granted.shard.fromStep, from), how);
  await put(granted, end);
  const response = await handInOnly(granted, resultOf(granted, { endCheckpoint: end.sha256 }));
  expect(response.status).toBe(200);
  return granted;
}

/** One interval of true movement, as `how` would round it, from the claimed start. */
export function movedFrom(granted: Lease, start: ReturnType<typeof stateAt>, how: How) {
  const layout = stateLayout(granted.spec);
  const { toStep, fromStep } = granted.shard;
  const size = layout[0]!.shape[0]!;
  const headerBytes = start.bytes.length - layout.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);
  const parameters = new Float32Array(start.bytes.slice(headerBytes, headerBytes + 4 * size).buffer);
  const movement = Float32Array.from(normal(granted.spec.seed, "movement", toStep, size), (v) => v * 0.01);
  if (toStep > fromStep) how(toStep, movement).forEach((v, i) => (parameters[i]! += v));
  const bytes = encodeCheckpoint({ step: toStep, state: { ...initialState(granted.spec), parameters } }, layout);
  return { bytes, sha256: sha256Hex(bytes) };
}

export const audits = async (): Promise<AuditRecord[]> =>
  ExperimentAudits.parse(await (await api("GET", "/api/experiments/tiny/audits")).json()).audits;
/** What the snapshot says of audits, once the object has published what is new. */
export async function published(): Promise<ExperimentSnapshot["audits"]> {
  await runInDurableObject(stubOf("tiny"), (object) => object.alarm());
  return ExperimentSnapshot.parse(JSON.parse((await readSnapshot(env.METRICS, "tiny"))!)).audits;
}
export const results = async () => ExperimentResults.parse(await (await api("GET", "/api/experiments/tiny/results")).json());
