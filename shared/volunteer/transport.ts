import { send, type Fetch } from "./http.ts";
import { Unreachable } from "./outcomes.ts";

/** One question to the coordinator, of which all but checkpoints are made. */
export interface Question {
  readonly method: "GET" | "POST" | "PUT";
  /** Begins with /api/. */
  readonly path: string;
  readonly body?: unknown;
  /** The session's. */
  readonly token?: string | undefined;
  readonly timeoutMs?: number;
}

/**
 * A way to the coordinator: HTTP, or a socket. Gives the answer's JSON, or null where it has no body.
 * @throws Unreachable when nobody answers, on 5xx and on 429
 * @throws Refused on any other 4xx, with the coordinator's problem
 */
export interface CoordinatorTransport {
  ask(question: Question): Promise<unknown>;
}

const TIMEOUT_MS = 30_000;

/** @param origin for example "https://example.org", without a slash at the end; "" in a page of the same origin */
export function httpTransport(fetch: Fetch, origin: string): CoordinatorTransport {
  return {
    async ask({ method, path, body, token, timeoutMs = TIMEOUT_MS }) {
      const url = `${origin}${path}`;
      const response = await send(fetch, url, {
        method,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(token === undefined ? {} : bearer(token)),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs,
      });
      const text = await response.text().catch((error: unknown) => {
        throw new Unreachable("The connection broke off during an answer.", null, { cause: error });
      });
      return text === "" ? null : parseJson(text, url);
    },
  };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A page of some proxy instead of JSON counts as nobody there. */
function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Unreachable(`Something else than the coordinator answered at ${url}.`, null, { cause: error });
  }
}
