import { type Outcome, done, refuse } from "../problem.ts";

/**
 * What one volunteer and one network may do. They are there so that one script cannot take what a crowd should share, and wide enough for a
 * lecture hall behind one address. Leases and results are counted by each experiment, sessions, names and calibrations by the study.
 */
export const CAPS = {
  resultsPerHour: { volunteer: 600, network: 12_000 },
  sessionsPerHour: { volunteer: 30, network: 600 },
  changesPerHour: { volunteer: 20, network: 600 },
  calibrationsPerHour: { volunteer: 20, network: 600 },
} as const;

/** Live leases of one network in one experiment; those of one volunteer stand with the scheduler. */
export const LEASES_PER_NETWORK = 400;

export type Holder = "volunteer" | "network";

const HOUR_MS = 3_600_000;

/** Counts within the hour of the clock. What is counted so is only politeness: an object that slept has forgotten it, and one that is flooded does not sleep. */
export class HourlyCount {
  #hour = 0;
  readonly #used = new Map<string, number>();

  /** Counts one more of `what` for both holders, or says which of them has to wait. */
  take(what: keyof typeof CAPS, holders: Readonly<Record<Holder, string>>, now: number): Outcome<null> {
    const hour = Math.floor(now / HOUR_MS);
    if (hour !== this.#hour) this.#used.clear();
    this.#hour = hour;
    const key = (holder: Holder) => `${what}/${holder}/${holders[holder]}`;
    for (const holder of ["volunteer", "network"] as const) {
      const used = this.#used.get(key(holder)) ?? 0;
      if (used >= CAPS[what][holder]) return overCap(what, holder, (hour + 1) * HOUR_MS - now);
    }
    for (const holder of ["volunteer", "network"] as const) this.#used.set(key(holder), (this.#used.get(key(holder)) ?? 0) + 1);
    return done(null);
  }
}

const WORDS: Readonly<Record<keyof typeof CAPS, string>> = {
  resultsPerHour: "results within this hour",
  sessionsPerHour: "sessions within this hour",
  changesPerHour: "changes within this hour",
  calibrationsPerHour: "calibrations within this hour",
};

function overCap(what: keyof typeof CAPS, holder: Holder, waitMs: number): Outcome<null> {
  const limit = CAPS[what][holder];
  const whose = holder === "volunteer" ? "this volunteer" : "this network (all addresses that begin alike)";
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return refuse(429, {
    title: "Too much from one place",
    detail: `got more than ${limit} ${WORDS[what]} from ${whose}, want at most ${limit}. Nothing was stored.`,
    remedy: `Wait ${Math.ceil(retryAfterSeconds / 60)} minutes; volunteers do so by themselves. What was trained is not lost.`,
    retryAfterSeconds,
  });
}
