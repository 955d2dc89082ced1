import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { studyProgress } from "../data/study-progress.ts";
import { ago, instant, plural } from "../words.ts";

export type Wanted = "live" | "published" | null;

/** What a page knows of the data. */
export interface FeedView {
  readonly published: StudySnapshot | null;
  /** The last that the coordinator said. */
  readonly live: StudySnapshot | null;
  /** Null until it has been asked once. */
  readonly reachable: boolean | null;
  readonly wanted: Wanted;
}

/** What to draw and what to say about it. */
export interface Shown {
  readonly source: "live" | "published";
  readonly snapshot: StudySnapshot | null;
  /** Changes when what is drawn must change. */
  readonly key: string;
  readonly status: string;
  readonly live: boolean;
  /** The other data that the reader may switch to, in words; null where there is no other. */
  readonly other: { readonly source: "live" | "published"; readonly words: string } | null;
}

const POLL_MS = 5000;

/**
 * Pause before the next question: longer when nobody looks, doubled with every failure up to two minutes, and never shorter than twenty times
 * what the last answer took, so that a long snapshot or a slow line is not asked of all the time.
 */
export function nextPollMs(failures: number, hidden: boolean, tookMs = 0): number {
  const pause = Math.min(Math.max(POLL_MS, 20 * tookMs) * 2 ** Math.min(failures, 10), 120_000);
  return hidden ? Math.max(pause, 60_000) : pause;
}

/**
 * Which data a page shows. The coordinator's own, once it holds any result; until then the published snapshot, which may come from
 * another coordinator. They are never mixed, and the reader may switch.
 */
export function shown({ published, live, reachable, wanted }: FeedView, nowMs: number): Shown {
  const liveShards = results(live);
  const publishedShards = results(published);
  const source = wanted ?? (liveShards > 0 || (live !== null && publishedShards === 0) ? "live" : "published");
  const snapshot = source === "live" ? live : published;
  const amount = (shards: number) => plural(shards, "shard");
  const otherShards = source === "live" ? publishedShards : liveShards;
  return {
    source,
    snapshot,
    key: `${source} ${snapshot?.experiments.map(({ experiment, version }) => `${experiment.id}:${version}`).join(" ") ?? "none"} ${JSON.stringify(snapshot?.names ?? {})}`,
    status: statusWords(source, snapshot, reachable, liveShards, nowMs),
    live: source === "live" && reachable === true,
    other:
      otherShards === 0 || (source === "published" && !reachable)
        ? null
        : source === "live"
          ? { source: "published", words: `Show the published snapshot (${amount(publishedShards)})` }
          : { source: "live", words: `Show this coordinator’s data (${amount(liveShards)})` },
  };
}

function statusWords(
  source: "live" | "published",
  snapshot: StudySnapshot | null,
  reachable: boolean | null,
  liveShards: number,
  nowMs: number,
): string {
  const progress = studyProgress(snapshot);
  const taken = snapshot && results(snapshot) > 0 ? instant(snapshot.takenAt) : null;
  if (source === "live") {
    const last =
      progress.lastResultAt === null ? "waiting for the first result" : `last result ${ago(progress.lastResultAt, nowMs)}`;
    const now = progress.trainingNow > 0 ? `, ${plural(progress.trainingNow, "shard")} in training now` : "";
    return reachable ? `Live: ${last}${now}.` : `Coordinator away: showing what it said last, with ${last}.`;
  }
  const here = taken ? `the published snapshot of ${taken}` : "the published site, which has no results yet";
  if (reachable === null) return `Drawn from ${here}.`;
  if (!reachable) return `Coordinator away: showing ${here}.`;
  return liveShards > 0 ? `Showing ${here}.` : `Live, but this coordinator has no results yet: showing ${here}.`;
}

const results = (snapshot: StudySnapshot | null) => studyProgress(snapshot).shards;
