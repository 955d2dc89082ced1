import { fromBase64Url } from "../math/base64url.ts";
import { sha256Hex } from "../math/sha256.ts";

/** What volunteers sign. The words before keep a signature for one thing from being shown as one for another. */
export const sessionText = (challenge: string): string => `batchnorm-at-home session ${challenge}`;

/** @param resultSha256 of the result's canonical JSON */
export const resultText = (lease: string, resultSha256: string): string => `batchnorm-at-home result ${lease} ${resultSha256}`;

/** A volunteer's id. @param publicKey as PublicKey has it; null for what is no such text */
export function volunteerId(publicKey: string): string | null {
  const raw = fromBase64Url(publicKey);
  return raw && sha256Hex(raw);
}

/** As much of `crypto.subtle` as checking a signature takes; the Worker, Node and browsers all have it. */
export interface Verifier<Key> {
  importKey(
    format: "raw",
    bytes: Uint8Array<ArrayBuffer>,
    algorithm: { name: string; namedCurve: string },
    extractable: boolean,
    usages: "verify"[],
  ): Promise<Key>;
  verify(
    algorithm: { name: string; hash: string },
    key: Key,
    signature: Uint8Array<ArrayBuffer>,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
}

/** Whether `signature` is the key's own over `text` (ASCII). What is no key or no signature is not. */
export async function isSignedBy<Key>(
  subtle: Verifier<Key>,
  publicKey: string,
  signature: string,
  text: string,
): Promise<boolean> {
  const [raw, signed] = [fromBase64Url(publicKey), fromBase64Url(signature)];
  if (!raw || !signed) return false;
  try {
    const key = await subtle.importKey("raw", raw, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return await subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signed, bytes);
  } catch {
    return false; // The 65 bytes are no point of the curve.
  }
}
