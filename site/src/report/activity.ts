import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { ownExperiments } from "../data/study.ts";
import { studyProgress } from "../data/study-progress.ts";
import { ago, instant, plural } from "../words.ts";

const HOUR_MS = 3_600_000;
export const HOURS = 24;

/** What happened lately: accepted shards by the hour, the last hour last. */
export interface Activity {
  readonly hours: readonly number[];
  readonly words: string;
}

/**
 * The last day of a study, as far as its snapshot tells.
 * @param live whether the snapshot is a coordinator's own of this moment; else the day is the one before it was taken
 */
export function activity(snapshot: StudySnapshot | null, live: boolean, nowMs: number): Activity {
  const endMs = live || !snapshot ? nowMs : Date.parse(snapshot.takenAt);
  const hours = Array.from({ length: HOURS }, () => 0);
  for (const { metrics } of ownExperiments(snapshot))
    for (const { runs } of metrics.variants)
      for (const { provenance } of runs)
        for (const { acceptedAt } of provenance) {
          const hour = HOURS - 1 - Math.floor((endMs - Date.parse(acceptedAt)) / HOUR_MS);
          if (hour >= 0 && hour < HOURS) hours[hour]! += 1;
        }
  const shards = plural(
    hours.reduce((sum, count) => sum + count, 0),
    "shard",
  );
  const { trainingNow, lastResultAt } = studyProgress(snapshot);
  if (!live || !snapshot) {
    const taken = snapshot ? ` before ${instant(snapshot.takenAt)}` : "";
    return { hours, words: `${shards} accepted in the ${HOURS} hours${taken}.` };
  }
  const last = lastResultAt === null ? "no result yet" : `the last one ${ago(lastResultAt, nowMs)}`;
  const now = trainingNow === 0 ? "Nobody is training now" : `${plural(trainingNow, "shard")} in training now`;
  return { hours, words: `${now}. ${shards} accepted in the last ${HOURS} hours, ${last}.` };
}

const BAR = 7;
const GAP = 2;
const HEIGHT = 26;

/** A bar for each hour; an hour without any keeps its place on the line. */
export function activitySvg({ hours }: Activity): string {
  const most = Math.max(1, ...hours);
  const width = HOURS * (BAR + GAP) - GAP;
  const bars = hours.map((count, hour) => {
    const height = count === 0 ? 1 : 2 + Math.round((HEIGHT - 2) * (count / most));
    const colour = count === 0 ? "edge" : "own";
    return `<rect x="${hour * (BAR + GAP)}" y="${HEIGHT - height}" width="${BAR}" height="${height}" fill="var(--${colour})"/>`;
  });
  return `<svg viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" aria-hidden="true">${bars.join("")}</svg>`;
}
