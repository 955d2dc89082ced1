import { isKnownVendor } from "../../shared/claims/judging/replication.ts";
import { vendorOf } from "../../shared/claims/judging/readings.ts";
import type { LeaseHint } from "../../shared/protocol/lease-hint.ts";
import type { Asked } from "./lease-record.ts";

/** Share of the leases that ask for a replica first; the others do where nothing else is open. Replicas are few: so many suffice, and no verdict waits for them. */
const FIRST = 0.1;

/** A question to an experiment of replicas, for one of these runs. */
export interface ReplicaTurn {
  readonly experiment: string;
  readonly runs: readonly { readonly variant: string; readonly seed: number }[];
}

/** The replicas that somebody may train: of runs that others trained, on devices of other vendors. */
export function replicaTurns(hint: LeaseHint | null, { volunteer, device }: Pick<Asked, "volunteer" | "device">): ReplicaTurn[] {
  const vendor = vendorOf(device);
  const turns = new Map<string, { variant: string; seed: number }[]>();
  for (const { experiment, variant, seed, vendors, volunteers } of hint?.replicas ?? []) {
    if (!isKnownVendor(vendor) || vendors.includes(vendor) || volunteers.includes(volunteer)) continue;
    turns.set(experiment, [...(turns.get(experiment) ?? []), { variant, seed }]);
  }
  return [...turns].map(([experiment, runs]) => ({ experiment, runs }));
}

/** @param draw uniform in [0, 1) */
export const replicasFirst = (draw: number): boolean => draw < FIRST;

/** Without the shard that a volunteer prefers, unless its run is one of these. */
export function preferringOnly<T extends Pick<Asked, "prefer">>(ask: T, { experiment, runs }: ReplicaTurn): T {
  const isOne = runs.some(({ variant, seed }) => ask.prefer?.startsWith(`${experiment}.${variant}.s${seed}.k`));
  return isOne ? ask : { ...ask, prefer: undefined };
}
