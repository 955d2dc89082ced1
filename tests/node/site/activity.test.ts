import { expect, test } from "vitest";
import { activity, activitySvg, HOURS } from "../../../site/src/report/activity.ts";
import { profileWords } from "../../../site/src/report/profile-words.ts";
import { syntheticSnapshot } from "./synthetic-snapshot.ts";

/** Its shards were accepted from 04:11 on, an hour apart, and it was taken at 10:00. */
const snapshot = syntheticSnapshot({ seeds: 2, share: 1, only: ["training"] });
const shards = snapshot.experiments[0]!.metrics.progress.shards;

test("the published day is the one before the snapshot was taken, whenever it is read", () => {
  const { hours, words } = activity(snapshot, false, Date.parse("2031-01-01T00:00:00Z"));
  expect(hours).toHaveLength(HOURS);
  expect(hours.reduce((sum, count) => sum + count, 0)).toBe(shards);
  expect(hours[HOURS - 6]).toBeGreaterThan(0);
  expect(hours.slice(0, HOURS - 6)).toEqual(hours.slice(0, HOURS - 6).map(() => 0));
  expect(words).toBe(`${shards} shards accepted in the 24 hours before 22 Nov 2026, 10:00 UTC.`);
});

test("a coordinator's day ends now, and says who trains", () => {
  const { words } = activity(snapshot, true, Date.parse("2026-11-22T10:00:00Z"));
  expect(words).toMatch(/^\d+ shards? in training now\. \d+ shards accepted in the last 24 hours, the last one 2 minutes ago\.$/);
  expect(activity(snapshot, true, Date.parse("2026-11-24T10:00:00Z")).words).toContain("0 shards accepted");
  expect(activity(null, true, 0).words).toBe("0 shards accepted in the 24 hours.");
});

test("every hour has its bar, the busiest the highest", () => {
  const drawn = activitySvg(activity(snapshot, false, 0));
  const heights = [...drawn.matchAll(/ height="(\d+)" fill/g)].map((match) => Number(match[1]));
  expect(heights).toHaveLength(HOURS);
  expect(Math.max(...heights)).toBe(26);
  expect(Math.min(...heights)).toBe(1);
});

test("a profile of which nothing was trained is said to have nothing", () => {
  expect(profileWords(snapshot)).toEqual({
    shown: "Pilot profile.",
    other: "At the paper’s own size no step has been accepted yet.",
  });
  expect(profileWords(null).other).toContain("no step");
});
