import { type Outcome, done, refuse } from "../problem.ts";
import { optionalSettings } from "./secret.ts";

const VERIFY = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

/** The site key to ask a browser with, or null where Turnstile is not switched on. */
export function turnstileSiteKey(env: Env): string | null {
  const { TURNSTILE_SITE_KEY: key, TURNSTILE_SECRET: secret } = optionalSettings(env);
  return key && secret ? key : null;
}

/** Whether Cloudflare vouches for the answer to its check. Where it is not switched on nothing is asked and nobody is told. */
export async function checkTurnstile(env: Env, answer: string | undefined, address: string | undefined): Promise<Outcome<null>> {
  if (turnstileSiteKey(env) === null) return done(null);
  const remedy = "Open the site's page to donate in a browser: it shows the check and goes on by itself.";
  if (answer === undefined) {
    const detail = "turnstile: got nothing, want the answer to the check";
    return refuse(403, { title: "A check is asked for", detail, remedy });
  }
  const body = new FormData();
  body.set("secret", optionalSettings(env).TURNSTILE_SECRET ?? "");
  body.set("response", answer);
  if (address !== undefined) body.set("remoteip", address);
  const reply = await fetch(VERIFY, { method: "POST", body, signal: AbortSignal.timeout(10_000) }).catch(() => null);
  if (!reply?.ok) {
    const detail = "Turnstile, which checks that a person is there, did not answer.";
    return refuse(503, {
      title: "The check cannot be made now",
      detail,
      remedy: "Try again in a minute.",
      retryAfterSeconds: 60,
    });
  }
  const verdict = await reply.json<{ success: boolean; "error-codes"?: string[] }>();
  if (verdict.success) return done(null);
  const detail = `turnstile: got an answer that does not hold (${verdict["error-codes"]?.join(", ") ?? "no reason given"})`;
  return refuse(403, { title: "The check was not passed", detail, remedy });
}
