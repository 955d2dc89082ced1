import type { LeaseReply } from "../shared/protocol/lease.ts";
import { experimentOrder } from "./coordinator/experiment-order.ts";
import { float64Experiments } from "./coordinator/float64.ts";
import type { Asked } from "./coordinator/lease-record.ts";
import { experimentOf } from "./coordinator/names.ts";
import type { Outcome } from "./problem.ts";
import { coordinator, ownHeaders, studyIndex } from "./study.ts";

/** A lease of the experiment that is asked for, or of any. */
export async function grantLease(env: Env, ask: Asked): Promise<Outcome<LeaseReply>> {
  return ask.experiment ? coordinator(env, ask.experiment).lease(ask) : askAll(env, ask);
}

/** The first lease that an experiment grants, or the idle answer with the shortest wait. */
async function askAll(env: Env, ask: Asked): Promise<Outcome<LeaseReply>> {
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
