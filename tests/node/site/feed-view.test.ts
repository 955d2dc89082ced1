import { describe, expect, test } from "vitest";
import { nextPollMs, shown, type FeedView } from "../../../site/src/live/feed-view.ts";
import { ownExperiments } from "../../../site/src/data/study.ts";
import { flopCount } from "../../../site/src/words.ts";
import { summaryFacts } from "../../../site/src/report/summary.ts";
import { extents, syntheticSnapshot } from "./synthetic-snapshot.ts";

const NOW = Date.parse("2026-11-22T10:00:30Z");
const full = syntheticSnapshot(extents["every seed"]!);
const empty = syntheticSnapshot(extents["no results"]!);
const oneShard = syntheticSnapshot(extents["one shard"]!);
const view = (part: Partial<FeedView>): FeedView => ({ published: null, live: null, reachable: true, wanted: null, ...part });

describe("which data a page shows", () => {
  test("a coordinator with results comes before the published snapshot", () => {
    const now = shown(view({ published: full, live: oneShard }), NOW);
    expect(now).toMatchObject({ source: "live", live: true });
    expect(now.status).toMatch(/^Live: last result 3 minutes ago/);
    expect(now.other).toEqual({ source: "published", words: "Show the published snapshot (415 shards)" });
  });

  test("a coordinator without results leaves the published snapshot in view, and says so", () => {
    const now = shown(view({ published: full, live: empty }), NOW);
    expect(now.source).toBe("published");
    expect(now.status).toBe(
      "Live, but this coordinator has no results yet: showing the published snapshot of 22 Nov 2026, 10:00 UTC.",
    );
    expect(now.other).toBeNull();
  });

  test("without any results the page waits for the coordinator's first", () => {
    expect(shown(view({ live: empty }), NOW)).toMatchObject({
      source: "live",
      status: "Live: waiting for the first result.",
      other: null,
    });
  });

  test("a coordinator that never answered leaves the published snapshot with its date", () => {
    const now = shown(view({ published: full, reachable: false }), NOW);
    expect(now).toMatchObject({
      source: "published",
      live: false,
      status: "Coordinator away: showing the published snapshot of 22 Nov 2026, 10:00 UTC.",
    });
  });

  test("a coordinator that went away leaves what it said last", () => {
    const now = shown(view({ published: full, live: oneShard, reachable: false }), NOW);
    expect(now).toMatchObject({ source: "live", live: false });
    expect(now.status).toMatch(/^Coordinator away: showing what it said last/);
  });

  test("the reader's choice holds", () => {
    expect(shown(view({ published: full, live: oneShard, wanted: "published" }), NOW).source).toBe("published");
  });

  test("what is drawn changes with a new version only", () => {
    const key = (live: typeof full) => shown(view({ live }), NOW).key;
    expect(key({ ...full, takenAt: "2026-11-22T11:00:00Z" })).toBe(key(full));
    expect(key({ ...full, experiments: full.experiments.map((one) => ({ ...one, version: one.version + 1 })) })).not.toBe(
      key(full),
    );
  });
});

test("polling slows down with failures and out of sight, within bounds", () => {
  expect(nextPollMs(0, false)).toBe(5000);
  expect(nextPollMs(1, false)).toBe(10_000);
  expect(nextPollMs(100, false)).toBe(120_000);
  expect(nextPollMs(0, true)).toBe(60_000);
  expect(nextPollMs(0, false, 1500)).toBe(30_000);
  expect(nextPollMs(3, false, 60_000)).toBe(120_000);
});

test("the summary knows how much was computed, where it knows what a step takes", () => {
  const [one] = ownExperiments(full);
  const { id } = one!.experiment;
  const flops = (of: Record<string, number>) => summaryFacts(full, NOW, of).find((fact) => fact.id === "flops")!.value;
  const total = one!.metrics.progress.steps * 2.5e9;
  expect(flops({ [id]: 2.5e9 })).toBe(flopCount(total));
  expect([0, 6.34e15, 37.2e9].map(flopCount)).toEqual(["0\u00a0FLOP", "6.3\u00a0PFLOP", "37\u00a0GFLOP"]);
  expect(flops({})).toBe("0\u00a0FLOP");
});

test("the summary counts what the snapshot holds, and nothing without one", () => {
  const facts = (snapshot: typeof full | null) =>
    Object.fromEntries(summaryFacts(snapshot, NOW).map(({ id, value }) => [id, value]));
  expect(facts(full)).toMatchObject({ runs: "90", steps: "405,000", volunteers: "2", last: "3 minutes ago" });
  expect(facts(null)).toMatchObject({ runs: "0", steps: "0", volunteers: "0", last: "None yet" });
});
