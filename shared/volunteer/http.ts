import { Problem } from "../protocol/problem.ts";
import { Refused, Unreachable } from "./outcomes.ts";
import type { Progress } from "./ports.ts";

/** As much of `fetch` as the volunteer needs; both platforms pass their own, with `timeoutMs` turned into a signal. */
export type Fetch = (url: string, init: HttpInit) => Promise<HttpResponse>;

export interface HttpInit {
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Absent: as long as it takes. */
  readonly timeoutMs?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> } } | null;
  text(): Promise<string>;
}

/**
 * Sends a request and returns an answer below 400.
 * @throws Unreachable when nobody answers, on 5xx and on 429
 * @throws Refused on any other 4xx, with the coordinator's problem
 */
export async function send(fetch: Fetch, url: string, init: HttpInit): Promise<HttpResponse> {
  const response = await fetch(url, init).catch((error: unknown) => {
    throw new Unreachable("The coordinator cannot be reached.", null, { cause: error });
  });
  if (response.status < 400) return response;
  const problem = readProblem(url, response.status, await response.text().catch(() => ""));
  throw refusal(problem, Number(response.headers.get("retry-after") ?? Number.NaN));
}

/** What an answer of 400 or more means for the loop: to try again later, or that it was refused. */
export function refusal(problem: Problem, retryAfterSeconds = Number.NaN): Unreachable | Refused {
  if (problem.status < 500 && problem.status !== 429) return new Refused(problem);
  const seconds = problem.retryAfterSeconds ?? (Number.isFinite(retryAfterSeconds) ? retryAfterSeconds : null);
  return new Unreachable(`The coordinator cannot answer now: ${problem.detail}`, seconds);
}

/**
 * Downloads a file, telling the bytes so far and, where the server says so, in all.
 * @throws Unreachable when the connection breaks off
 */
export async function download(fetch: Fetch, url: string, received: Progress): Promise<Uint8Array> {
  const response = await send(fetch, url, {});
  const length = Number(response.headers.get("content-length") ?? 0);
  const total = length > 0 ? length : null;
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const part = await reader.read().catch((error: unknown) => {
      throw new Unreachable("The connection broke off during a download.", null, { cause: error });
    });
    if (part.done) break;
    if (!part.value) continue;
    parts.push(part.value);
    size += part.value.length;
    await received(size, total);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function readProblem(url: string, status: number, text: string): Problem {
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    return { title: "Error", status, detail: `${url} answered ${status}.` };
  }
}
