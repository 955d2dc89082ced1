import { createFactory } from "hono/factory";
import { type LeaseReply, LeaseRequest, LeaseReply as LeaseReplySchema } from "../../shared/protocol/lease.ts";
import { type Api, atMost, jsonBody } from "../admission.ts";
import { experimentOrder } from "../coordinator/experiment-order.ts";
import { float64Experiments } from "../coordinator/float64.ts";
import { experimentOf } from "../coordinator/names.ts";
import { describe } from "../describe.ts";
import { type Outcome, problemResponse } from "../problem.ts";
import { coordinator, ownHeaders, studyIndex } from "../study.ts";

export const lease = createFactory<Api>().createHandlers(
  describe({
    operationId: "lease",
    summary: "Ask for a shard to train",
    description:
      "Without `experiment`, every experiment of the study and every rerun is asked, in an order that starves none. The deep linear network needs float64, so `webgpu` gets none of its shards, and `wasm` is offered them first. A device that says in `memory` what it can give gets only shards that fit it.",
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
    const reply = ask.experiment ? await coordinator(c.env, ask.experiment).lease(ask) : await askAll(c.env, ask);
    if (!reply.ok) return problemResponse(reply.problem);
    if (reply.value.kind === "lease") return c.json(reply.value, 201);
    return c.json(reply.value, 200, { "retry-after": String(reply.value.retryAfterSeconds) });
  },
);

/** The first lease that an experiment grants, or the idle answer with the shortest wait. */
async function askAll(env: Env, ask: LeaseRequest): Promise<Outcome<LeaseReply>> {
  const { own, reruns } = await studyIndex(env);
  const float64 = float64Experiments([...own, ...reruns], ownHeaders(env.PROFILE));
  const ids = experimentOrder({ own, reruns, float64 }, ask.device.provider, [Math.random(), Math.random()]);
  const preferred = ask.prefer ? experimentOf(ask.prefer) : "";
  if (ids.includes(preferred)) ids.unshift(preferred);
  const idle: Extract<LeaseReply, { kind: "idle" }>[] = [];
  for (const id of new Set(ids)) {
    const reply = await coordinator(env, id).lease(ask);
    if (!reply.ok || reply.value.kind === "lease") return reply;
    idle.push(reply.value);
  }
  const [soonest] = idle.sort((a, b) => a.retryAfterSeconds - b.retryAfterSeconds);
  if (!soonest) throw new Error("study: got no experiments, want at least one");
  return { ok: true, value: soonest };
}
