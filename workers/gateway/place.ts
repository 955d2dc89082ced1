/** Where an experiment's object stands: it does everything, it is the root of gateways, or it is one of them. */
export type Place =
  | { readonly kind: "alone" }
  | { readonly kind: "root"; readonly gateways: number }
  /** Numbers begin at 1. */
  | { readonly kind: "gateway"; readonly number: number; readonly of: number };

/** The gateway that holds a seed's runs: seeds take turns, in the order of the plan. */
export const gatewayOfSeed = (seeds: readonly number[], seed: number, of: number): number => 1 + (seeds.indexOf(seed) % of);

/** Whether an object keeps the runs of a seed and leases them. */
export function holds(place: Place, seeds: readonly number[], seed: number): boolean {
  return place.kind !== "gateway" || gatewayOfSeed(seeds, seed, place.of) === place.number;
}

/** Name of a gateway's object. No experiment has a slash in its own. */
export const gatewayName = (experiment: string, number: number): string => `${experiment}/${number}`;

/** A gateway without a seed would have nothing to give. */
export const gatewaysFor = (seeds: readonly number[], wanted: number): number =>
  Number.isInteger(wanted) && wanted > 1 ? Math.min(wanted, seeds.length) : 0;
