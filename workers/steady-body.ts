import { problem } from "./problem.ts";
import type { Problem } from "../shared/protocol/problem.ts";

/** How slowly a body may come: so long for its beginning, and so many bytes a second from then on. A bad telephone line is faster. */
const GRACE_MS = 30_000;
const LEAST_BYTES_PER_SECOND = 4096;

/** A body that is larger than it may be, or comes so slowly that nobody waits for it. */
export class BodyRefused extends Error {
  readonly problem: Problem;

  constructor(refusal: Problem) {
    super(refusal.detail);
    this.problem = refusal;
  }
}

/**
 * The same bytes, as long as they come fast enough and are not too many; otherwise the stream fails with a BodyRefused. Whoever sends a byte now and then would hold a
 * request open for as long as it likes.
 */
export function steady(body: ReadableStream<Uint8Array>, maxBytes: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const startedMs = Date.now();
  let received = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const patienceMs = startedMs + GRACE_MS + (received / LEAST_BYTES_PER_SECOND) * 1000 - Date.now();
      const chunk = await within(reader.read(), patienceMs);
      if (chunk?.done === false) received += chunk.value.length;
      const refusal =
        chunk === null ? tooSlow(received, Date.now() - startedMs) : received > maxBytes ? tooLarge(maxBytes) : null;
      if (refusal) {
        reader.cancel(refusal.detail).catch(() => undefined);
        controller.error(new BodyRefused(refusal));
      } else if (chunk?.done === false) controller.enqueue(chunk.value);
      else controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** All bytes of a body. @throws BodyRefused */
export async function wholeBody(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(steady(body, maxBytes)).arrayBuffer());
}

/** For a body that goes on to storage untouched: work that is given up when it takes longer than that many bytes may. @throws BodyRefused */
export async function inTimeFor<T>(bytes: number, work: Promise<T>): Promise<T> {
  const patienceMs = GRACE_MS + (bytes / LEAST_BYTES_PER_SECOND) * 1000;
  const done = await within(
    work.then((value) => ({ value })),
    patienceMs,
  );
  if (done === null) throw new BodyRefused(tooSlow(null, patienceMs));
  return done.value;
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: number | null = null;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(ms, 0));
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export const tooLarge = (maxBytes: number): Problem =>
  problem(413, {
    title: "Body too large",
    detail: `got more than ${maxBytes} bytes, want at most ${maxBytes}. Nothing was stored.`,
    remedy: "Send less.",
  });

const tooSlow = (received: number | null, ms: number): Problem =>
  problem(408, {
    title: "Body too slow",
    detail: `got ${received ?? "not all"} bytes within ${Math.round(ms / 1000)} s, want ${LEAST_BYTES_PER_SECOND} bytes a second. Nothing was stored.`,
    remedy: "Try again over a better connection; volunteers do so by themselves.",
  });
