/** Rises when a volunteer of the old kind can no longer take part; the Worker then tells it to reload. */
export const PROTOCOL_VERSION = 3;

/** The oldest protocol whose published snapshots still read: what came later is optional in them. */
const OLDEST_READABLE = 2;

/** Whether this code reads snapshots of a protocol. */
export const canRead = (protocol: unknown): boolean =>
  typeof protocol === "number" && protocol >= OLDEST_READABLE && protocol <= PROTOCOL_VERSION;
