import { Challenge, Session } from "../protocol/session.ts";
import { sessionText } from "../protocol/signature.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import { Failure, Refused } from "./outcomes.ts";
import { readAnswer } from "./answer.ts";
import type { Keys } from "./ports.ts";
import type { CoordinatorTransport } from "./transport.ts";

const ATTEMPTS = 5;

/** What a volunteer brings to a session besides its key. */
export interface SessionWishes {
  readonly alias?: string | undefined;
  /** Shows a person the check and gives the answer; absent where nobody can be shown anything. */
  readonly passCheck?: () => Promise<string>;
}

/** A volunteer's session with the coordinator: opened when first needed, and again when it has run out. */
export class SessionKeeper {
  readonly #transport: CoordinatorTransport;
  readonly #keys: () => Promise<Keys>;
  readonly #wishes: SessionWishes;
  #open: Promise<Session> | null = null;

  constructor(transport: CoordinatorTransport, keys: () => Promise<Keys>, wishes: SessionWishes = {}) {
    this.#transport = transport;
    this.#keys = keys;
    this.#wishes = wishes;
  }

  /** Calls with a token, and once more with a fresh one when the coordinator does not know it (any more). */
  async with<T>(call: (token: string) => Promise<T>): Promise<T> {
    const open = this.#session();
    try {
      return await call((await open).token);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      if (this.#open === open) this.#open = null;
      return call((await this.#session()).token);
    }
  }

  #session(): Promise<Session> {
    if (this.#open) return this.#open;
    const opening = this.#begin().catch((error: unknown) => {
      if (this.#open === opening) this.#open = null;
      throw error;
    });
    return (this.#open = opening);
  }

  async #begin(): Promise<Session> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#show();
      } catch (error) {
        // Another process with this key showed a newer challenge in between.
        if (!(error instanceof Refused) || error.status !== 409 || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #show(): Promise<Session> {
    const keys = await this.#keys();
    const asked = readAnswer(Challenge, await this.#transport.ask({ method: "GET", path: "/api/challenge" }));
    const { alias, passCheck } = this.#wishes;
    if (asked.turnstile !== null && !passCheck) {
      throw new Failure(
        "This coordinator asks for a check that a person is there, which cannot be shown here.",
        "Open its page in a browser and donate there.",
      );
    }
    const turnstile = asked.turnstile === null ? undefined : await passCheck?.();
    const body = {
      protocol: PROTOCOL_VERSION,
      publicKey: keys.publicKey,
      challenge: asked.challenge,
      signature: await keys.sign(sessionText(asked.challenge)),
      ...(alias === undefined ? {} : { alias }),
      ...(turnstile === undefined ? {} : { turnstile }),
    };
    return readAnswer(Session, await this.#transport.ask({ method: "POST", path: "/api/sessions", body }));
  }
}
