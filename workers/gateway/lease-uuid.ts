/**
 * A lease's id says which object granted it. A gateway's leases have UUIDs of version 8, whose contents are the maker's own (RFC 9562): random, but for the last
 * four digits, which are the gateway's number.
 * @param random a random UUID
 */
export const gatewayUuid = (random: string, gateway: number): string =>
  `${random.slice(0, 14)}8${random.slice(15, 32)}${gateway.toString(16).padStart(4, "0")}`;

/** The gateway that granted a lease; null: the experiment's own object did. */
export function gatewayOfLease(id: string): number | null {
  const tail = /\.[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{8}([0-9a-f]{4})$/.exec(id)?.[1];
  return tail === undefined ? null : parseInt(tail, 16);
}
