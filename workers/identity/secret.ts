import { fromBase64Url } from "../../shared/math/base64url.ts";
import { study } from "../study.ts";

/** Settings that a deployment may have and `wrangler.toml` does not list. */
export interface OptionalSettings {
  /** Any text; without it the study's object makes a secret of its own. Another one ends all sessions. */
  readonly IDENTITY_SECRET?: string;
  /** Both together switch Cloudflare Turnstile on. */
  readonly TURNSTILE_SITE_KEY?: string;
  readonly TURNSTILE_SECRET?: string;
}

export const optionalSettings = (env: Env): OptionalSettings => env as Env & OptionalSettings;

let known: Promise<CryptoKey> | undefined;

/** The server's secret, with which it seals challenges and sessions, so that nothing about them has to be kept; asked for once in a Worker's life. */
export function serverSecret(env: Env): Promise<CryptoKey> {
  known ??= read(env).catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}

async function read(env: Env): Promise<CryptoKey> {
  const set = optionalSettings(env).IDENTITY_SECRET;
  const bytes = set ? new TextEncoder().encode(set) : fromBase64Url(await study(env).secret());
  if (!bytes?.length) throw new Error("identity: got an empty secret, want some bytes");
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}
