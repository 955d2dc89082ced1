import type { Problem } from "../shared/protocol/problem.ts";

/** An expected refusal travels as a value, also between a Durable Object and the Worker. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value });

/** What happened and what to do about it. */
export interface Refusal {
  readonly title: string;
  readonly detail: string;
  readonly remedy?: string;
  readonly errors?: Problem["errors"];
  /** When it may go better. */
  readonly retryAfterSeconds?: number;
}

/** @param status a 4xx or 5xx that means it */
export function problem(status: number, { title, detail, remedy, errors, retryAfterSeconds }: Refusal): Problem {
  const wait = retryAfterSeconds !== undefined && { retryAfterSeconds };
  return { title, status, detail, ...(remedy && { remedy }), ...wait, ...(errors && { errors: [...errors] }) };
}

export const refuse = (status: number, refusal: Refusal): { ok: false; problem: Problem } => ({
  ok: false,
  problem: problem(status, refusal),
});

/** Answer of every 4xx and 5xx, as RFC 9457 has it. */
export function problemResponse(body: Problem, headers: Record<string, string> = {}): Response {
  const wait = body.retryAfterSeconds === undefined ? {} : { "retry-after": String(body.retryAfterSeconds) };
  return Response.json(body, {
    status: body.status,
    headers: { "content-type": "application/problem+json", ...wait, ...headers },
  });
}

/** A list of faults in one sentence: the first in full, then how many more. */
export function summary(errors: readonly { path: string; message: string }[]): string {
  const [first, ...others] = errors;
  if (!first) return "";
  const more = others.length ? ` (and ${others.length} more)` : "";
  return `${first.path}: ${first.message}${more}`;
}
