import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import { gateway } from "./granters.ts";
import { gatewaysFor, type Place } from "./place.ts";

/** Where an experiment stands that is opened now: with as many gateways as the deployment has. */
export function placeOf(env: Env, { plan }: ExperimentHeader): Place {
  const gateways = gatewaysFor(plan.seeds, Number(env.GATEWAYS));
  return gateways === 0 ? { kind: "alone" } : { kind: "root", gateways };
}

/** The gateways of a root; none anywhere else. */
export function ownGateways(env: Env, place: Place, experiment: () => string) {
  if (place.kind !== "root") return [];
  const id = experiment();
  const of = place.gateways;
  return Array.from({ length: of }, (_, i) => ({ number: i + 1, of, stub: gateway(env, id, i + 1) }));
}
