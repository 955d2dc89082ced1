import { seal, unseal } from "./seal.ts";

export const SESSION_MS = 12 * 3_600_000;

/** What a session's token says. Nothing of it is kept here: the seal is the proof. */
export interface SessionOf {
  readonly volunteer: string;
  /** Pseudonym of the network in which the session was opened; caps count by it. */
  readonly network: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export const sealToken = (secret: CryptoKey, session: SessionOf): Promise<string> => seal(secret, "session", session);

/** The session of a token of ours, which may have expired; or null. */
export const openToken = async (secret: CryptoKey, token: string): Promise<SessionOf | null> =>
  (await unseal(secret, "session", token)) as SessionOf | null;
