import { expect, test } from "vitest";
import { readPaper } from "../../../shared/paper/paper.ts";
import type { Replication } from "../../../shared/protocol/replication.ts";
import { figure } from "../../../site/src/figures/index.ts";
import { nearestPoint, pointsOf, pointWords } from "../../../site/src/figures/point.ts";
import { ownIn } from "../../../site/src/figures/own-runs.ts";
import { withOrigins } from "../../../site/src/live/with-origins.ts";
import { originsAt, originWords } from "../../../site/src/report/origins.ts";
import { checksWords, checkWords } from "../../../site/src/report/shard-check.ts";
import { runAddress, runPlace } from "../../../site/src/report/run-address.ts";
import { foundRun, runsOf } from "../../../site/src/runs/found-run.ts";
import { paperTexts } from "../paper/curves.ts";
import { syntheticSnapshot } from "./synthetic-snapshot.ts";

const snapshot = syntheticSnapshot({ seeds: 2, share: 1, only: ["training"] });
const fig1a = figure("fig1a", snapshot, readPaper(paperTexts));
const panel = fig1a.groups[0]!.panels[0]!;
const arm = panel.arms![0]!;

test("a point within a shard comes from one shard of each seed, a point between two from both", () => {
  const { toStep } = runsOf(snapshot)[0]!.run.provenance[0]!;
  expect(originsAt(snapshot, arm, toStep - 1).map(({ seed }) => seed)).toEqual([1, 2]);
  const between = originsAt(snapshot, arm, toStep);
  expect(between.map(({ seed, shard }) => [seed, shard.fromStep])).toEqual([[1, 0], [1, toStep], [2, 0], [2, toStep]]); // prettier-ignore
  expect(originsAt(snapshot, { ...arm, variant: "of-another-study" }, 10)).toEqual([]);
  expect(originsAt(null, arm, 10)).toEqual([]);
});

test("who stands behind a point is said in a line, by the names that volunteers chose", () => {
  const origins = originsAt(snapshot, arm, 10);
  expect(originWords(origins, { "3fa94c1e": "Ada" })).toMatch(
    /^(Ada|workstation)(, (Ada|workstation))?; (WebGPU|native processor)/,
  );
  const three = ["a", "b", "c", "d"].map((volunteer) => ({ ...origins[0]!, shard: { ...origins[0]!.shard, volunteer } }));
  expect(originWords(three, {})).toMatch(/^a, b and 2 others; /);
  expect(originWords([], {})).toBe("not in this data");
});

test("the pointer is told where each point of a living chart comes from", () => {
  const { datasets } = withOrigins(panel, snapshot) as unknown as { datasets: { middle: { from: string }[] } };
  expect(datasets.middle.length).toBeGreaterThan(10);
  for (const { from } of datasets.middle) expect(from).toMatch(/; (WebGPU|native processor)/);
  expect(withOrigins(panel, null)).toBe(panel.spec);
});

test.each(["fig1c", "fig10"])(
  "%s, too, can be asked where it comes from: a histogram is one seed's, a line over step sizes all seeds'",
  (id) => {
    const all = syntheticSnapshot({ seeds: 2, share: 1 });
    for (const panel of figure(id, all, readPaper(paperTexts)).groups.flatMap(({ panels }) => panels)) {
      const [arm] = panel.arms!;
      const points = pointsOf(panel, arm!);
      expect(points.length).toBeGreaterThan(4);
      expect(pointWords(points[1]!, panel.hover)).toMatch(
        id === "fig1c" ? /^mean \S+, deviation \S+, one seed’s histogram$/ : /^\S+ to \S+ from the smallest .*, 2 seeds$/,
      );
      const { datasets } = withOrigins(panel, all) as unknown as { datasets: { places: { from: string; checked: string }[] } };
      for (const { from, checked } of datasets.places) {
        expect(from).toMatch(/; (WebGPU|native processor)/);
        expect(checked).toBe("not recorded in this snapshot");
      }
      const own = [{ ...arm!, seed: 1, stretches: [[0, 10]] as const }];
      expect(ownIn([panel], own)).toEqual([]);
    }
  },
);

test("what audits and replicas found is said of each shard, and counted at the pointer", () => {
  const one = snapshot.experiments.find(({ experiment }) => experiment.id === arm.experiment)!;
  const shards = originsAt(snapshot, arm, 10).map(({ shard }) => shard.shard);
  const audits = [
    { shard: shards[0]!, audit: "passed" as const, contradicted: 0 },
    { shard: shards[1]!, audit: null, contradicted: 1 },
  ];
  const told = { ...snapshot, experiments: [{ ...one, audits }] };
  const words = (step: number, replication: Replication | null = null) =>
    originsAt(told, arm, step, replication).map(({ check }) => checkWords(check));
  expect(words(10)).toEqual(["drawn and passed", "not drawn; 1 earlier training contradicted and taken out"]);
  const checks = originsAt(told, arm, 10).map(({ check }) => check);
  expect(checksWords(checks)).toBe("1 of 2 drawn and passed, 1 not drawn; 1 trained anew after a contradiction");
  expect(checksWords(checks.slice(0, 1))).toBe("drawn and passed");
  expect(checksWords([])).toBe("not recorded in this snapshot");
  expect(originsAt(snapshot, arm, 10).map(({ check }) => checkWords(check))).toEqual(
    Array(2).fill("not recorded in this snapshot"),
  );

  const run = { variant: arm.variant, vendors: ["intel"], again: ["apple"], final: null, curve: null };
  const pair = (seed: number, agrees: boolean) =>
    ({ experiment: arm.experiment, replica: "again", seed, state: "replicated", agrees, runs: [{ ...run, agrees }] }) as const;
  const replication = { drawn: 2, replicated: 2, agree: 1, differ: 1, pairs: [pair(1, true), pair(2, false)] };
  expect(words(10, replication)).toEqual([
    "drawn and passed; its run replicated on another vendor",
    "not drawn; 1 earlier training contradicted and taken out; its run came out otherwise on another vendor",
  ]);
});

test("the point of a step is the nearest one drawn, and is said with its interval and seeds", () => {
  const points = pointsOf(panel, arm);
  const last = points.at(-1)!;
  expect(nearestPoint(points, last.step + 1e6)).toBe(last);
  expect(nearestPoint(points, points[1]!.step + 0.1)).toBe(points[1]);
  expect(nearestPoint([], 3)).toBeNull();
  expect(pointWords({ series: "", step: 1, value: 0.5, low: 0.4, high: 0.6, n: 5 }, "percent")).toBe("50.0%, interval 40.0% to 60.0%, 5 seeds"); // prettier-ignore
  expect(pointWords({ series: "", step: 1, value: 0.5, low: null, high: null, n: 1 }, "percent")).toBe("50.0%, 1 seed");
  expect(pointWords({ series: "", step: 1, low: 0.25, high: 0.5, n: 2 }, "percent")).toBe("25.0% to 50.0%, 2 seeds");
});

test("a run's address names it, with the step where a point is meant, and is read back", () => {
  const place = { experiment: arm.experiment, variant: arm.variant, seed: 2, step: 400 };
  for (const one of [place, { ...place, step: null }]) {
    const address = runAddress(one);
    expect(runPlace(new URL(address, "https://example.org").hash)).toEqual(one);
  }
  expect(runAddress(place)).toMatch(/^\/runs#training-[\w-]+\/[\w.-]+\.s2@400$/);
  for (const hash of ["", "#name", "#a/b", "#a/b.sx"]) expect(runPlace(hash)).toBeNull();
  expect(foundRun(snapshot, place)?.run.seed).toBe(2);
  expect(foundRun(snapshot, { ...place, seed: 77 })).toBeNull();
});

test("every curve of a figure is a run that can be found", () => {
  for (const { arms = [] } of fig1a.groups.flatMap(({ panels }) => panels)) {
    expect(arms.length).toBeGreaterThan(1);
    for (const one of arms) expect(foundRun(snapshot, { ...one, seed: 1, step: null })).not.toBeNull();
  }
});
