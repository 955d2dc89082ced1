import { volunteerId } from "../../shared/protocol/signature.ts";
import { KEY_ALGORITHM, keysFrom } from "../../shared/volunteer/keys.ts";
import type { Keys } from "../../shared/volunteer/ports.ts";

/** A volunteer that trains nothing: a key pair, and an address of its own. */
export interface Someone {
  readonly id: string;
  readonly keys: Keys;
  /** As the platform would report it; each is a network of its own. */
  readonly address: string;
}

/** @param number from 0; tells the addresses apart */
export async function someone(number: number): Promise<Someone> {
  const keys = await keysFrom(crypto.subtle, await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]));
  const address = `${1 + ((number >> 16) & 127)}.${(number >> 8) & 255}.${number & 255}.1`;
  return { id: volunteerId(keys.publicKey)!, keys, address };
}
