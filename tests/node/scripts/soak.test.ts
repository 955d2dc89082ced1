import { describe, expect, test } from "vitest";
import { byResultsTable, GROWTH_BELOW, growthByResult, type Stage } from "../../../scripts/soak/by-results.ts";
import { nextDisturbance } from "../../../scripts/soak/disturbances.ts";
import { growthOf, type Life } from "../../../scripts/soak/growth.ts";
import { type Soaked, soakTable, verdictsOf } from "../../../scripts/soak/section.ts";

const life = (from: number, mb: (minute: number) => number): Life =>
  Array.from({ length: 20 }, (_, i) => ({ minute: from + i / 2, bytes: 1e6 * mb(i / 2) }));

describe("growth", () => {
  test("a leak shows through noise, and the warm-up does not count", () => {
    const leaking = life(0, (minute) => (minute < 2 ? 500 : 100) + 2 * minute + 3 * Math.sin(9 * minute));
    expect(growthOf([leaking], 2)!.mbPerMinute).toBeCloseTo(2, 0);
  });

  test("a single jump, or another life on another level, is no leak", () => {
    const jump = life(0, (minute) => (minute < 7 ? 100 : 160));
    const two = [life(0, () => 100), life(30, () => 200)];
    expect([growthOf([jump], 1)!.mbPerMinute, growthOf(two, 1)!.mbPerMinute]).toEqual([0, 0]);
  });

  test("of a process that is given other networks only samples with the same one are compared", () => {
    const smallFirst = (leak: number): Life =>
      life(0, (minute) => 200 + leak * minute + (minute < 5 ? 0 : 300)).map((sample) => {
        return { ...sample, network: sample.minute < 5 ? "small" : "large" };
      });
    const slope = (of: Life) => growthOf([of], 0)!.mbPerMinute;
    expect([slope(smallFirst(0)), slope(smallFirst(2))]).toEqual([0, 2]);
    expect(slope(smallFirst(0).map(({ minute, bytes }) => ({ minute, bytes })))).toBeGreaterThan(20);
  });

  test("who never got warm says nothing", () => {
    expect(growthOf([life(0, () => 1)], 60)).toBeNull();
  });
});

describe("the coordinator, by results", () => {
  const stages = (leak: number): Stage[] =>
    Array.from({ length: 40 }, (_, i) => {
      const results = 2 * (i + 1);
      const publishing = i % 9 === 0 ? 60 : 0;
      const warm = Math.min(results, 20);
      const residentBytes = 1e6 * (200 + 3 * warm + leak * results + publishing);
      return { results, requests: 30 * results, heapBytes: 1e7, residentBytes };
    });

  test("a leak shows through publications, and the first results do not count", () => {
    expect(growthByResult(stages(0), 20)).toEqual({ workerd: 0, heap: 0 });
    expect(growthByResult(stages(0.3), 20).workerd).toBeGreaterThan(GROWTH_BELOW);
  });

  test("the table has a row for ten looks", () => {
    const table = byResultsTable(stages(0), 20);
    expect(table).toContain("| 20 | 600 | 10.0 | 239 |");
    expect(table).toContain("| 80 | 2,400 | 10.0 | 260 |");
    expect(table).toContain("grew by 0.000 MB with each");
  });
});

test("everything is killed in its turn, each once it is due", () => {
  const done: (string | null)[] = [];
  for (let minute = 0; minute < 60; minute++) {
    const due = nextDisturbance(minute, 60, done.length);
    if (due) done.push(`${due} ${minute}`);
  }
  expect(done).toEqual(["coordinator 6", "auditor 9", "volunteer 12", "page 15", "coordinator 21"]);
});

describe("what has to hold", () => {
  const grown = { mbPerMinute: 0.1, medianMb: 100, largestMb: 120, samples: 9 };
  const well: Soaked = {
    ...{
      minutes: 60,
      duty: 100,
      warmMinutes: 3,
      disturbances: [],
      results: 5,
      steps: 50,
      audits: 1,
      acknowledged: 6,
      missing: [],
      voided: [],
      pageTrouble: null,
    },
    ...{ asked: 2, stuck: [], recomputedBytes: 9, growth: [{ name: "page", lives: 1, growth: grown }] },
  };
  const failed = (change: Partial<Soaked>) => verdictsOf({ ...well, ...change }).flatMap(({ holds }, i) => (holds ? [] : [i]));

  test("holds when all is well", () => expect(failed({})).toEqual([]));

  test("workerd is shown, and judged by results", () => {
    const growth = [{ name: "workerd", lives: 1, growth: { ...grown, mbPerMinute: 0.6 } }];
    expect(failed({ growth })).toEqual([]);
    expect(soakTable({ ...well, growth })).toContain("| workerd | 1 | 9 | 100 | 120 | +0.60 |");
  });

  test("a short run judges no growth, and says so", () => {
    expect(verdictsOf({ ...well, minutes: 5 })).toHaveLength(5);
    expect(soakTable({ ...well, minutes: 5 })).toContain("judged only in runs of 30 minutes or more");
  });

  test.each<[string, Partial<Soaked>, number]>([
    ["a leak", { growth: [{ name: "page", lives: 1, growth: { ...grown, mbPerMinute: 0.6 } }] }, 0],
    ["a stuck run", { stuck: ["a.b.s1.k2"] }, 1],
    ["a result that is gone", { missing: ["a.0"] }, 2],
    ["an acknowledged hand-in that nobody has", { acknowledged: 7 }, 2],
    ["an honest volunteer that was voided", { voided: ["contradicts its audit"] }, 3],
    ["no results at all", { results: 0, acknowledged: 0 }, 2],
    ["a snapshot that does not follow", { recomputedBytes: 0 }, 4],
    ["a page that could not be stopped", { pageTrouble: "Timeout 60000ms exceeded" }, 5],
  ])("%s fails", (_, change, which) => expect(failed(change)).toEqual([which]));
});
