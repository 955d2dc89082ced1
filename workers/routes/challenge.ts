import { createFactory } from "hono/factory";
import { Challenge } from "../../shared/protocol/session.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { newChallenge } from "../identity/challenge.ts";
import { serverSecret } from "../identity/secret.ts";
import { turnstileSiteKey } from "../identity/turnstile.ts";

export const challenge = createFactory<Api>().createHandlers(
  describe({
    operationId: "challenge",
    summary: "Ask for something to sign",
    description: "It shows that one holds a key: sign `batchnorm-at-home session <challenge>` and open a session with it.",
    tags: ["volunteer"],
    replies: { 200: { description: "A text that holds for some minutes and opens one session.", body: Challenge } },
  }),
  async (c) => {
    const made = await newChallenge(await serverSecret(c.env), Date.now());
    return c.json({ ...made, turnstile: turnstileSiteKey(c.env) } satisfies Challenge);
  },
);
