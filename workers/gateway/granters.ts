import type { Asked } from "../coordinator/lease-record.ts";
import { experimentOf } from "../coordinator/names.ts";
import type { LeaseReply } from "../../shared/protocol/lease.ts";
import type { Outcome } from "../problem.ts";
import { coordinator } from "../study.ts";
import type { Ask } from "../coordinator/scheduler.ts";
import { askingOrder } from "./asking-order.ts";
import { gatewayOfLease } from "./lease-uuid.ts";
import { gatewayName } from "./place.ts";

export const gateway = (env: Env, experiment: string, number: number) =>
  env.COORDINATOR.getByName(gatewayName(experiment, number));

/** The object that granted a lease: an experiment's own, or one of its gateways. */
export function granterOf(env: Env, lease: string) {
  const number = gatewayOfLease(lease);
  return number === null ? coordinator(env, experimentOf(lease)) : gateway(env, experimentOf(lease), number);
}

/** How many gateways an experiment has never changes: it is asked once in an isolate's life. */
const known = new Map<string, { readonly of: number; readonly seeds: readonly number[] }>();

/** A lease from an experiment: of its own object, or of the gateways that may have one, until one does. @param wanted only one of these runs */
export async function leaseFrom(env: Env, experiment: string, ask: Asked, wanted?: Ask["wanted"]): Promise<Outcome<LeaseReply>> {
  const spread = known.get(experiment) ?? (await coordinator(env, experiment).spread());
  if (spread) known.set(experiment, spread);
  if (!spread || spread.of === 0) return coordinator(env, experiment).lease(ask, wanted);
  let last: Outcome<LeaseReply> | null = null;
  for (const number of askingOrder(spread.seeds, spread.of, { ...ask, wanted })) {
    last = await gateway(env, experiment, number).lease(ask, wanted);
    if (!last.ok || last.value.kind === "lease") return last;
  }
  return last ?? coordinator(env, experiment).lease(ask, wanted);
}
