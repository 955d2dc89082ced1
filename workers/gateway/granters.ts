import type { Asked } from "../coordinator/lease-record.ts";
import { experimentOf } from "../coordinator/names.ts";
import type { LeaseReply } from "../../shared/protocol/lease.ts";
import { done, type Outcome } from "../problem.ts";
import { coordinator } from "../study.ts";
import type { Ask } from "../coordinator/scheduler.ts";
import { ASKED, askingOrder } from "./asking-order.ts";
import { type KnownFull, knownFull } from "./known-full.ts";
import { gatewayOfLease } from "./lease-uuid.ts";
import { gatewayName } from "./place.ts";

export const gateway = (env: Env, experiment: string, number: number) =>
  env.COORDINATOR.getByName(gatewayName(experiment, number));

/** The object that granted a lease: an experiment's own, or one of its gateways. */
export function granterOf(env: Env, lease: string) {
  const number = gatewayOfLease(lease);
  return number === null ? coordinator(env, experimentOf(lease)) : gateway(env, experimentOf(lease), number);
}

type Spread = { readonly of: number; readonly seeds: readonly number[] };

/** How many gateways an experiment has never changes: it is asked once in an isolate's life. */
const known = new WeakMap<Env, Map<string, Spread>>();

async function spreadOf(env: Env, experiment: string): Promise<Spread | null> {
  const ofIsolate = known.get(env) ?? new Map<string, Spread>();
  known.set(env, ofIsolate);
  const spread = ofIsolate.get(experiment) ?? (await coordinator(env, experiment).spread());
  if (spread) ofIsolate.set(experiment, spread);
  return spread;
}

/**
 * A lease from an experiment: of its own object, or of the gateways that may have one, until one does. Those that are known to have nothing are not asked.
 * @param wanted only one of these runs  @param now milliseconds since 1970
 */
export async function leaseFrom(
  env: Env,
  experiment: string,
  ask: Asked,
  wanted?: Ask["wanted"],
  now = Date.now(),
): Promise<Outcome<LeaseReply>> {
  const spread = await spreadOf(env, experiment);
  const isForAny = !wanted && (ask.prefer === undefined || experimentOf(ask.prefer) !== experiment);
  const full = isForAny ? knownFull(env) : null;
  const names =
    !spread || spread.of === 0
      ? [experiment]
      : askingOrder(spread.seeds, spread.of, { ...ask, wanted }).map((number) => gatewayName(experiment, number));
  let last: Outcome<LeaseReply> | null = null;
  for (let i = 0, asked = 0; i < names.length && asked < ASKED; i++) {
    const name = names[i]!;
    const remembered = full?.answer(name, now, Math.random()) ?? null;
    last = remembered ? done(remembered) : await askObject(env, name, { ask, wanted, full, now });
    if (!last.ok || last.value.kind === "lease") return last;
    if (!remembered) asked++;
  }
  return last ?? coordinator(env, experiment).lease(ask, wanted);
}

async function askObject(
  env: Env,
  name: string,
  { ask, wanted, full, now }: { ask: Asked; wanted: Ask["wanted"]; full: KnownFull | null; now: number },
): Promise<Outcome<LeaseReply>> {
  const reply = await env.COORDINATOR.getByName(name).lease(ask, wanted, full?.asking(name, now) ?? 0);
  if (reply.ok) full?.heard(name, reply.value.kind === "idle" ? reply.value : null, now);
  return reply;
}
