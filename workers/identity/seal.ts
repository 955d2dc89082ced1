import { fromBase64Url, toBase64Url } from "../../shared/math/base64url.ts";

/** What a sealed text is for; one made for another purpose does not open. */
export type Purpose = "challenge" | "session" | "network" | "calibration";

const text = new TextEncoder();
const mac = async (secret: CryptoKey, purpose: Purpose, body: string) =>
  new Uint8Array(await crypto.subtle.sign("HMAC", secret, text.encode(`${purpose}:${body}`)));

/** `<value as JSON, base64url>.<HMAC, base64url>`: readable by anyone, and made by nobody without the secret. */
export async function seal(secret: CryptoKey, purpose: Purpose, value: unknown): Promise<string> {
  const body = toBase64Url(text.encode(JSON.stringify(value)));
  return `${body}.${toBase64Url(await mac(secret, purpose, body))}`;
}

/** The value that was sealed for this purpose, or null. */
export async function unseal(secret: CryptoKey, purpose: Purpose, sealed: string): Promise<unknown> {
  const [body = "", tag = "", ...rest] = sealed.split(".");
  const [json, signature] = [fromBase64Url(body), fromBase64Url(tag)];
  if (!json || !signature || rest.length > 0) return null;
  // verify() takes the same time wherever a wrong one differs.
  const valid = await crypto.subtle.verify("HMAC", secret, signature, text.encode(`${purpose}:${body}`));
  return valid ? (JSON.parse(new TextDecoder().decode(json)) as unknown) : null;
}

/** 96 bits that stand for a text and cannot be turned back without the secret. */
export const pseudonym = async (secret: CryptoKey, purpose: Purpose, body: string): Promise<string> =>
  toBase64Url((await mac(secret, purpose, body)).subarray(0, 12));
