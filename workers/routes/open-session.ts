import { createFactory } from "hono/factory";
import { Session, SessionRequest } from "../../shared/protocol/session.ts";
import { isSignedBy, sessionText, volunteerId } from "../../shared/protocol/signature.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { describe } from "../describe.ts";
import { challengeMade } from "../identity/challenge.ts";
import { keeperOf } from "../identity/homes.ts";
import { networkOf } from "../identity/network.ts";
import { serverSecret } from "../identity/secret.ts";
import { SESSION_MS, sealToken } from "../identity/token.ts";
import { checkTurnstile } from "../identity/turnstile.ts";
import { problem, problemResponse } from "../problem.ts";

export const openSession = createFactory<Api>().createHandlers(
  describe({
    operationId: "openSession",
    summary: "Show a key, and act for its volunteer",
    description:
      "No account: a volunteer is a key pair (ECDSA on P-256) that its device made, and its id is the SHA-256 of the public key. The token holds for 12 hours; a new session may be opened at any time.",
    tags: ["volunteer"],
    replies: { 201: { description: "The token, to be sent as `Authorization: Bearer <token>`.", body: Session } },
    refusals: {
      ...BODY_REFUSALS,
      403: "The challenge, its signature or the check does not hold",
      409: "The challenge was used before",
      426: "Another protocol version: reload the page",
      429: "Too many requests, or too many sessions from one place",
      503: "The check cannot be made now",
    },
  }),
  atMost(8 * 1024),
  jsonBody(SessionRequest),
  async (c) => {
    const { publicKey, challenge, signature, alias, turnstile } = c.req.valid("json");
    const now = Date.now();
    const secret = await serverSecret(c.env);
    const made = await challengeMade(secret, challenge, now);
    if (!made.ok) return problemResponse(made.problem);
    const volunteer = volunteerId(publicKey);
    if (volunteer === null || !(await isSignedBy(crypto.subtle, publicKey, signature, sessionText(challenge)))) {
      const detail = "signature: got one that does not fit, want the public key's over `batchnorm-at-home session <challenge>`";
      return problemResponse(problem(403, { title: "The key was not shown", detail, remedy: "Sign with the key that is sent." }));
    }
    const checked = await checkTurnstile(c.env, turnstile, c.req.header("cf-connecting-ip"));
    if (!checked.ok) return problemResponse(checked.problem);
    const network = await networkOf(secret, c.req.raw);
    const keeper = await keeperOf(c.env, volunteer);
    const admitted = await keeper.admit({ volunteer, publicKey, alias, network, made: made.value });
    if (!admitted.ok) return problemResponse(admitted.problem);
    const expires = now + SESSION_MS;
    const token = await sealToken(secret, { volunteer, network, expires });
    const expiresAt = new Date(expires).toISOString();
    return c.json({ token, volunteer, alias: admitted.value.alias, expiresAt } satisfies Session, 201);
  },
);
