import { gatewayOfSeed } from "./place.ts";

/** Gateways that are asked for one lease at most: beyond them, whoever asks had better come again later. */
export const ASKED = 4;

/** Who asks, and for what. */
export interface AskingFor {
  /** Its id: hexadecimal. */
  readonly volunteer: string;
  readonly prefer?: string | undefined;
  readonly wanted?: readonly { readonly seed: number }[] | undefined;
}

/**
 * The gateways to ask for a lease, in order: the one that holds the shard which the volunteer prefers; then its own, which follows from its id, so that
 * its leases and its record are in one place, and the next ones after it. Only those that hold wanted runs, where some are wanted.
 */
export function askingOrder(seeds: readonly number[], of: number, { volunteer, prefer, wanted }: AskingFor): number[] {
  const home = parseInt(volunteer.slice(0, 8), 16) % of;
  const round = Array.from({ length: of }, (_, i) => 1 + ((home + i) % of));
  const holding = wanted && new Set(wanted.map(({ seed }) => gatewayOfSeed(seeds, seed, of)));
  const preferred = Number(/\.s(\d+)\.k\d+$/.exec(prefer ?? "")?.[1] ?? NaN);
  const first = seeds.includes(preferred) ? [gatewayOfSeed(seeds, preferred, of)] : [];
  return [...new Set([...first, ...round.filter((number) => holding?.has(number) ?? true)])];
}
