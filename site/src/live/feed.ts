import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { canRead } from "../../../shared/protocol/version.ts";
import { nextPollMs, type FeedView, type Wanted } from "./feed-view.ts";

/** The page's one connection to the data: the published snapshot, and the coordinator's as long as somebody listens. */
let view: FeedView = { published: null, live: null, reachable: null, wanted: null };
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let publishedAsked = false;
const listeners = new Set<(view: FeedView) => void>();

/** Calls `listener` now and at every change; polling goes on until the last one has left. */
export function listen(listener: (view: FeedView) => void): () => void {
  listeners.add(listener);
  listener(view);
  if (listeners.size === 1) {
    document.addEventListener("visibilitychange", pollWhenSeen);
    void poll();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", pollWhenSeen);
  };
}

/** The reader chooses which data to see; null leaves the choice to the page. */
export function want(wanted: Wanted): void {
  tell({ ...view, wanted });
}

async function poll(): Promise<void> {
  clearTimeout(timer);
  const asked = performance.now();
  const [live, published] = await Promise.all([
    ask("/api/snapshot"),
    publishedAsked ? Promise.resolve(view.published) : ask("/published.json"),
  ]);
  const tookMs = performance.now() - asked;
  publishedAsked ||= published !== null;
  failures = live ? 0 : failures + 1;
  tell({ ...view, published, live: live ?? view.live, reachable: live !== null });
  if (listeners.size > 0) timer = setTimeout(() => void poll(), nextPollMs(failures, document.hidden, tookMs));
}

function pollWhenSeen(): void {
  if (!document.hidden) void poll();
}

/** The snapshot at a path, or null where nobody answers or answers something else. */
async function ask(path: string): Promise<StudySnapshot | null> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(15_000) });
    if (!response.ok) return null;
    const body = (await response.json()) as Partial<StudySnapshot>;
    return canRead(body.protocol) && Array.isArray(body.experiments) ? (body as StudySnapshot) : null;
  } catch {
    return null;
  }
}

function tell(next: FeedView): void {
  view = next;
  for (const listener of listeners) listener(view);
}
