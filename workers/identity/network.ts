import { pseudonym } from "./seal.ts";

/**
 * The network that an address belongs to: its first 24 bits (IPv4) or 48 (IPv6), which is what one household, office or provider's customer has at the least.
 * What is no address stands for itself (a coordinator on one's own machine sees none).
 */
export function networkPrefix(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const four = /^(\d+\.\d+\.\d+)\.\d+$/.exec(mapped)?.[1];
  if (four !== undefined) return `${four}.0/24`;
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(":")) return address;
  const [before = "", after] = address.toLowerCase().split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const missing = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...Array<string>(missing).fill("0"), ...tail].slice(0, 3);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/48`;
}

/** The network that a request comes from, as a pseudonym: an address itself is never kept. */
export const networkOf = (secret: CryptoKey, request: Request): Promise<string> =>
  pseudonym(secret, "network", networkPrefix(request.headers.get("cf-connecting-ip") ?? "local"));
