import type { Volunteers } from "../../../shared/protocol/session.ts";
import type { ExperimentSnapshot, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { canRead } from "../../../shared/protocol/version.ts";
import type { StudyVersions } from "../../../shared/protocol/versions.ts";
import { changed, putTogether } from "./changed.ts";
import { nextPollMs, type FeedView, type Wanted } from "./feed-view.ts";

/** The page's one connection to the data: the published snapshot, and the coordinator's as long as somebody listens. */
let view: FeedView = { published: null, live: null, reachable: null, wanted: null };
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let publishedAsked = false;
let isPolling = false;
/** Of the names that the page has. */
let volunteersVersion: string | null = null;
const listeners = new Set<(view: FeedView) => void>();

/** Calls `listener` now and at every change; polling goes on until the last one has left. */
export function listen(listener: (view: FeedView) => void): () => void {
  listeners.add(listener);
  listener(view);
  if (listeners.size === 1) {
    document.addEventListener("visibilitychange", pollWhenSeen);
    addEventListener("snapshot-published", pollWhenSeen); // A volunteer of this page heard of it.
    void poll();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", pollWhenSeen);
    removeEventListener("snapshot-published", pollWhenSeen);
  };
}

/** The reader chooses which data to see; null leaves the choice to the page. */
export function want(wanted: Wanted): void {
  tell({ ...view, wanted });
}

async function poll(): Promise<void> {
  clearTimeout(timer);
  if (isPolling) return;
  isPolling = true;
  const asked = performance.now();
  const [live, published] = await Promise.all([askLive(), publishedAsked ? Promise.resolve(view.published) : askPublished()]);
  const tookMs = performance.now() - asked;
  isPolling = false;
  publishedAsked ||= published !== null;
  failures = live ? 0 : failures + 1;
  tell({ ...view, published, live: live ?? view.live, reachable: live !== null });
  if (listeners.size > 0) timer = setTimeout(() => void poll(), nextPollMs(failures, document.hidden, tookMs));
}

function pollWhenSeen(): void {
  if (!document.hidden) void poll();
}

/** The coordinator's snapshot: only what has changed since it was asked last is fetched. Null where nobody answers. */
async function askLive(): Promise<StudySnapshot | null> {
  const versions = await ask<StudyVersions>("/api/versions");
  if (!versions || !canRead(versions.protocol)) return null;
  const ids = changed(view.live, versions);
  const hasNewNames = versions.volunteers !== volunteersVersion;
  if (view.live && ids.length === 0 && !hasNewNames) return view.live;
  const [volunteers, ...fetched] = await Promise.all([
    hasNewNames ? ask<Volunteers>("/api/volunteers") : null,
    ...ids.map((id) => ask<ExperimentSnapshot>(`/api/snapshot/${id}`)),
  ]);
  if (volunteers) volunteersVersion = versions.volunteers;
  return putTogether(view.live, versions, fetched, new Date().toISOString(), volunteers?.names);
}

async function askPublished(): Promise<StudySnapshot | null> {
  const published = await ask<StudySnapshot>("/published.json");
  return published && canRead(published.protocol) && Array.isArray(published.experiments) ? published : null;
}

/** What lies at a path, or null where nobody answers. Which shape it has is for the caller to look at. */
async function ask<T>(path: string): Promise<T | null> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(15_000) });
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}

function tell(next: FeedView): void {
  view = next;
  for (const listener of listeners) listener(view);
}
