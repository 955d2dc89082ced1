import { KEY_ALGORITHM, keysFrom } from "../../shared/volunteer/keys.ts";
import type { Keys } from "../../shared/volunteer/ports.ts";

/** A key pair of a new volunteer. */
export const newKeys = async (): Promise<Keys> =>
  keysFrom(crypto.subtle, await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]));
