import { claimsServed } from "../shared/claims/judging/serves.ts";
import { isReplica } from "../shared/experiments/replica.ts";
import type { LeaseHint } from "../shared/protocol/lease-hint.ts";
import type { LeaseReply } from "../shared/protocol/lease.ts";
import { isCertified } from "./calibration/certificate.ts";
import { float64Experiments } from "./coordinator/float64.ts";
import type { Asked } from "./coordinator/lease-record.ts";
import { experimentOf } from "./coordinator/names.ts";
import { leaseFrom } from "./gateway/granters.ts";
import { serverSecret } from "./identity/secret.ts";
import { idleReply } from "./coordinator/idle.ts";
import { type Turn, leaseOrder } from "./coordinator/experiment-order.ts";
import { type ReplicaTurn, preferringOnly, replicasFirst, replicaTurns } from "./coordinator/replica-turns.ts";
import { readHint } from "./metrics-kv.ts";
import { type Outcome, done } from "./problem.ts";
import { ownHeaders, studyIndex, studySha256 } from "./study.ts";

/** A lease of the experiment that is asked for, or of the one whose runs are worth most; with the claims that it serves. */
export async function grantLease(env: Env, asked: Asked, now = Date.now()): Promise<Outcome<LeaseReply>> {
  const { calibration, volunteer, device } = asked;
  const isCalibrated =
    calibration !== undefined && (await isCertified(await serverSecret(env), calibration, volunteer, device, now));
  const ask = { ...asked, isCalibrated };
  const hint = await currentHint(env);
  const replicas = replicaTurns(hint, ask);
  const reply = ask.experiment ? await askOne(env, ask, ask.experiment, replicas) : await askAll(env, ask, hint, replicas, now);
  return reply.ok && reply.value.kind === "lease" ? { ok: true, value: withClaims(reply.value, hint) } : reply;
}

/** A lease of one experiment; on a fresh store the question makes the study's first. */
async function askOne(env: Env, ask: Asked, experiment: string, replicas: readonly ReplicaTurn[]): Promise<Outcome<LeaseReply>> {
  if (isReplica(experiment)) {
    const turn = replicas.find((one) => one.experiment === experiment);
    if (!turn) return done(idleReply("other-vendor", Math.random()));
    return leaseFrom(env, experiment, preferringOnly(ask, turn), turn.runs);
  }
  const reply = await leaseFrom(env, experiment, ask);
  if (reply.ok || reply.problem.status !== 404) return reply;
  const { own, reruns } = await studyIndex(env);
  return [...own, ...reruns].includes(experiment) ? leaseFrom(env, experiment, ask) : reply;
}

/** The first lease that an experiment grants, or the idle answer with the shortest wait. */
async function askAll(
  env: Env,
  ask: Asked,
  hint: LeaseHint | null,
  replicas: readonly ReplicaTurn[],
  now: number,
): Promise<Outcome<LeaseReply>> {
  const { own, reruns } = await studyIndex(env);
  const float64 = float64Experiments([...own, ...reruns], ownHeaders(env.PROFILE));
  const draws = [Math.random(), Math.random(), Math.random()] as const;
  const others = leaseOrder({ own, reruns, float64 }, hint, ask.device.provider, draws);
  const preferred = ask.prefer ? experimentOf(ask.prefer) : "";
  const isFirst = replicasFirst(Math.random()) || replicas.some(({ experiment }) => experiment === preferred);
  const turns: Turn[] = isFirst ? [...replicas, ...others] : [...others, ...replicas];
  if (!isReplica(preferred) && turns.some(({ experiment }) => experiment === preferred))
    turns.unshift({ experiment: preferred, runs: [] });
  const idle = new Map<string, Extract<LeaseReply, { kind: "idle" }>>();
  for (const { experiment, runs } of turns) {
    if (idle.has(experiment)) continue;
    const asked = isReplica(experiment) && runs ? preferringOnly(ask, { experiment, runs }) : ask;
    const reply = await leaseFrom(env, experiment, asked, runs ?? undefined, now);
    if (!reply.ok || reply.value.kind === "lease") return reply;
    // Without one of the wanted runs it may have others.
    if (runs === null) idle.set(experiment, reply.value);
  }
  const [soonest] = [...idle.values()].sort((a, b) => a.retryAfterSeconds - b.retryAfterSeconds);
  if (!soonest) throw new Error("study: got no experiments, want at least one");
  return { ok: true, value: soonest };
}

/** The hint for this very deployment: one for other plans or claims would send volunteers astray. */
async function currentHint(env: Env): Promise<LeaseHint | null> {
  const hint = await readHint(env.METRICS);
  return hint?.studySha256 === studySha256(ownHeaders(env.PROFILE)) ? hint : null;
}

function withClaims(reply: Extract<LeaseReply, { kind: "lease" }>, hint: LeaseHint | null): LeaseReply {
  const { experiment, variant, spec } = reply.lease;
  const serves = claimsServed(hint?.waiting ?? [], { experiment: experiment.id, variant: variant.id, seed: spec.seed });
  return serves.length > 0 ? { ...reply, lease: { ...reply.lease, serves } } : reply;
}
