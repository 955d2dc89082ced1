import type { Volunteers } from "../../shared/protocol/session.ts";

/** Those on the list of volunteers at most. */
export const LISTED = 1000;

/** What anyone may read of all volunteers, from what several objects know of theirs, in whatever order. */
export function mergeVolunteers(parts: readonly Volunteers[]): Volunteers {
  return {
    names: Object.fromEntries(parts.flatMap(({ names }) => Object.entries(names))),
    list: parts
      .flatMap(({ list }) => list)
      .sort(mostAuditedFirst)
      .slice(0, LISTED),
  };
}

type Listed = Volunteers["list"][number];

/** As the volunteers' own SQL orders them. */
const mostAuditedFirst = (a: Listed, b: Listed): number =>
  (b.audited ?? 0) - (a.audited ?? 0) || b.steps - a.steps || (a.volunteer < b.volunteer ? -1 : 1);
