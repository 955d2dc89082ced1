import type { Place } from "../gateway/place.ts";
import { type Outcome, refuse } from "../problem.ts";

/**
 * What one volunteer and one network may do. They are there so that one script cannot take what a crowd should share, and wide enough for a
 * lecture hall behind one address. Leases and results are counted by each experiment, sessions, names and calibrations by whoever keeps the volunteer.
 */
export const CAPS = {
  resultsPerHour: { volunteer: 600, network: 12_000 },
  sessionsPerHour: { volunteer: 30, network: 600 },
  changesPerHour: { volunteer: 20, network: 600 },
  calibrationsPerHour: { volunteer: 20, network: 600 },
} as const;

/** Live leases of one network in one experiment; those of one volunteer stand with the scheduler. */
export const LEASES_PER_NETWORK = 400;

/** The same at one object: gateways have their shares of it, as of the runs. A network's volunteers begin at different gateways, each by its id. */
export const leasesPerNetwork = (place: Place): number =>
  Math.ceil(LEASES_PER_NETWORK / (place.kind === "gateway" ? place.of : 1));

export type Holder = "volunteer" | "network";

/**
 * A cap at one of so many homes. A volunteer has one; a network's volunteers are spread over all of them, each by its id, and none can go to another home when its own has
 * no room: so a network's share is its mean there and three standard deviations.
 */
export function capAtHome(what: keyof typeof CAPS, holder: Holder, homes: number): number {
  const cap = CAPS[what][holder];
  if (holder === "volunteer" || homes < 2) return cap;
  return Math.ceil(cap / homes + 3 * Math.sqrt(cap / homes));
}

const WORDS: Readonly<Record<keyof typeof CAPS, string>> = {
  resultsPerHour: "results within this hour",
  sessionsPerHour: "sessions within this hour",
  changesPerHour: "changes within this hour",
  calibrationsPerHour: "calibrations within this hour",
};

/** @param limit that was reached  @param waitMs until the next hour of the clock begins */
export function overCap(what: keyof typeof CAPS, holder: Holder, limit: number, waitMs: number): Outcome<null> {
  const whose = holder === "volunteer" ? "this volunteer" : "this network (all addresses that begin alike)";
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return refuse(429, {
    title: "Too much from one place",
    detail: `got more than ${limit} ${WORDS[what]} from ${whose}, want at most ${limit}. Nothing was stored.`,
    remedy: `Wait ${Math.ceil(retryAfterSeconds / 60)} minutes; volunteers do so by themselves. What was trained is not lost.`,
    retryAfterSeconds,
  });
}
