import { createFactory } from "hono/factory";
import { claimsServed } from "../../shared/claims/judging/serves.ts";
import type { LeaseHint } from "../../shared/protocol/lease-hint.ts";
import { type LeaseReply, LeaseRequest, LeaseReply as LeaseReplySchema } from "../../shared/protocol/lease.ts";
import { type Api, atMost, jsonBody } from "../admission.ts";
import { leaseOrder } from "../coordinator/experiment-order.ts";
import { float64Experiments } from "../coordinator/float64.ts";
import { experimentOf } from "../coordinator/names.ts";
import { describe } from "../describe.ts";
import { readHint } from "../metrics-kv.ts";
import { type Outcome, problemResponse } from "../problem.ts";
import { coordinator, ownHeaders, studyIndex, studySha256 } from "../study.ts";

export const lease = createFactory<Api>().createHandlers(
  describe({
    operationId: "lease",
    summary: "Ask for a shard to train",
    description:
      "Without `experiment`, the runs come first that undecided claims wait for most, one lease in five goes round the claims, and every experiment and rerun is asked, in an order that starves none. `serves` says which claims a shard is trained for. The deep linear network needs float64, so `webgpu` gets none of its shards, and `wasm` is offered them first. A device that says in `memory` what it can give gets only shards that fit it.",
    tags: ["volunteer"],
    replies: {
      200: { description: "Nothing to train now; come back after `Retry-After` seconds.", body: LeaseReplySchema },
      201: { description: "A lease.", body: LeaseReplySchema },
    },
    refusals: {
      400: "Malformed request",
      404: "No such experiment",
      413: "Body too large",
      415: "Not JSON",
      426: "Another protocol version: reload the page",
      429: "Too many requests",
    },
  }),
  atMost(8 * 1024),
  jsonBody(LeaseRequest),
  async (c) => {
    const ask = c.req.valid("json");
    const hint = await currentHint(c.env);
    const reply = ask.experiment ? await coordinator(c.env, ask.experiment).lease(ask) : await askAll(c.env, ask, hint);
    if (!reply.ok) return problemResponse(reply.problem);
    if (reply.value.kind === "lease") return c.json(withClaims(reply.value, hint), 201);
    return c.json(reply.value, 200, { "retry-after": String(reply.value.retryAfterSeconds) });
  },
);

/** The first lease that an experiment grants, or the idle answer with the shortest wait. */
async function askAll(env: Env, ask: LeaseRequest, hint: LeaseHint | null): Promise<Outcome<LeaseReply>> {
  const { own, reruns } = await studyIndex(env);
  const float64 = float64Experiments([...own, ...reruns], ownHeaders(env.PROFILE));
  const draws = [Math.random(), Math.random(), Math.random()] as const;
  const turns = leaseOrder({ own, reruns, float64 }, hint, ask.device.provider, draws);
  const preferred = ask.prefer ? experimentOf(ask.prefer) : "";
  if (turns.some(({ experiment }) => experiment === preferred)) turns.unshift({ experiment: preferred, runs: [] });
  const idle = new Map<string, Extract<LeaseReply, { kind: "idle" }>>();
  for (const { experiment, runs } of turns) {
    if (idle.has(experiment)) continue;
    const reply = await coordinator(env, experiment).lease(ask, runs ?? undefined);
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
