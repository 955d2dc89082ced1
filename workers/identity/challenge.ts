import type { Challenge } from "../../shared/protocol/session.ts";
import { type Outcome, done, refuse } from "../problem.ts";
import { seal, unseal } from "./seal.ts";

/** Long enough for a slow line and a person at Turnstile. */
const CHALLENGE_MS = 5 * 60_000;

/** A fresh text to sign. @param now ms since 1970 */
export async function newChallenge(secret: CryptoKey, now: number): Promise<Pick<Challenge, "challenge" | "expiresAt">> {
  const challenge = await seal(secret, "challenge", { made: now, nonce: crypto.randomUUID() });
  return { challenge, expiresAt: new Date(now + CHALLENGE_MS).toISOString() };
}

/** When a challenge of ours was made (ms since 1970), if it still holds. */
export async function challengeMade(secret: CryptoKey, challenge: string, now: number): Promise<Outcome<number>> {
  const opened = (await unseal(secret, "challenge", challenge)) as { made: number } | null;
  const remedy = "Ask for a fresh one: GET /api/challenge.";
  if (!opened) {
    const detail = "challenge: got a text that was not given out here, want the one of GET /api/challenge";
    return refuse(403, { title: "Unknown challenge", detail, remedy });
  }
  const age = Math.round((now - opened.made) / 1000);
  if (now - opened.made > CHALLENGE_MS) {
    const detail = `challenge: got one that is ${age} s old, want at most ${CHALLENGE_MS / 1000} s`;
    return refuse(403, { title: "Challenge expired", detail, remedy });
  }
  return done(opened.made);
}
