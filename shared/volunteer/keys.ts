import { toBase64Url } from "../math/base64url.ts";
import type { Keys } from "./ports.ts";

/** As much of `crypto.subtle` as a key pair takes; browsers and Node have it. */
export interface Signing<Key> {
  exportKey(format: "raw", key: Key): Promise<ArrayBuffer>;
  sign(algorithm: { name: string; hash: string }, key: Key, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
}

/** What volunteers' keys are made with. */
export const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;

/** A volunteer's keys as the coordinator knows them, from a pair of the platform's. */
export async function keysFrom<Key>(
  subtle: Signing<Key>,
  { publicKey, privateKey }: { readonly publicKey: Key; readonly privateKey: Key },
): Promise<Keys> {
  return {
    publicKey: toBase64Url(new Uint8Array(await subtle.exportKey("raw", publicKey))),
    sign: async (text) => {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
      return toBase64Url(new Uint8Array(await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, bytes)));
    },
  };
}
