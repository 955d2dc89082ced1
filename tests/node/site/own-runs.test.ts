import { expect, test } from "vitest";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { readPaper } from "../../../shared/paper/paper.ts";
import { figure } from "../../../site/src/figures/index.ts";
import { ownIn, type OwnRun, ownRuns, withOwnRuns } from "../../../site/src/figures/own-runs.ts";
import { seenAs, USUAL } from "../../../site/src/figures/look.ts";
import { renderSvg } from "../../../site/src/figures/render-svg.ts";
import { ownAlt, ownKey } from "../../../site/src/live/own-words.ts";
import { paperTexts } from "../paper/curves.ts";
import { extents, syntheticSnapshot } from "./synthetic-snapshot.ts";

const snapshot: StudySnapshot = syntheticSnapshot(Object.values(extents).find(({ seeds }) => seeds === 5)!);
const paper = readPaper(paperTexts);
const panelsOf = (id: string) => figure(id, snapshot, paper).groups.flatMap(({ panels }) => panels);
const somebody = snapshot.experiments.flatMap(({ metrics }) => metrics.variants.flatMap(({ runs }) => runs.flatMap(({ provenance }) => provenance)))[0]!.volunteer; // prettier-ignore

/** The first run that a panel draws, of which the volunteer trained two stretches. */
function twoStretches(id: string): OwnRun {
  const arm = panelsOf(id)[0]!.arms![0]!;
  return { experiment: arm.experiment, variant: arm.variant, seed: 2, stretches: [[0, 200], [400, 600]] }; // prettier-ignore
}
const rowsOf = (spec: object, name: string) =>
  (spec as { datasets: Record<string, { seed: number; step: number; stretch: number }[]> }).datasets[name] ?? [];

test("a volunteer's runs are those that their provenance names, stretch by stretch", () => {
  const own = ownRuns(snapshot, somebody);
  const shards = snapshot.experiments.flatMap(({ metrics }) =>
    metrics.variants.flatMap(({ runs }) => runs.flatMap(({ provenance }) => provenance)),
  );
  expect(own.flatMap(({ stretches }) => stretches)).toHaveLength(shards.filter(({ volunteer }) => volunteer === somebody).length);
  expect(ownRuns(snapshot, "nobody")).toEqual([]);
  expect(ownRuns(null, somebody)).toEqual([]);
});

test("a figure without runs of the reader's is left as it is", () => {
  for (const panel of panelsOf("fig1a")) expect(withOwnRuns(panel, [])).toBe(panel.spec);
});

test.each([
  ["fig1a", "ownSeeds"],
  ["fig4", "ownBandSeeds"],
])("in %s a reader's own stretches are drawn over the rest, and nothing between them", async (id, name) => {
  const run = twoStretches(id);
  const [panel] = panelsOf(id);
  const spec = withOwnRuns(panel!, [run]);
  const rows = rowsOf(spec, name);
  expect(new Set(rows.map(({ stretch }) => stretch))).toEqual(new Set([0, 1]));
  expect(rows.every(({ seed, step }) => seed === 2 && (step <= 200 || (step >= 400 && step <= 600)))).toBe(true);
  expect(rows.some(({ step }) => step > 0 && step < 200)).toBe(true);
  const svg = await renderSvg(seenAs(spec, { ...USUAL, seeds: false, smooth: true }));
  const before = await renderSvg(seenAs(panel!.spec, { ...USUAL, seeds: false, smooth: true }));
  const strong = (text: string) => text.match(/stroke-width="2"/g)?.length ?? 0;
  // A line of each stretch; a band has two edges.
  expect(strong(svg) - strong(before)).toBe(id === "fig4" ? 4 : 2);
  expect(/.{80}(NaN|undefined|Infinity)/.exec(svg)?.[0]).toBeUndefined();
});

test("the same names at another learning rate are other runs", () => {
  const run = twoStretches("fig1a");
  const [, other] = panelsOf("fig1a");
  expect(ownIn([other!], [run])).toEqual([]);
  expect(withOwnRuns(other!, [run])).toBe(other!.spec);
});

test("the key and the description say which runs are the reader's", () => {
  const run = twoStretches("fig1a");
  const [panel] = panelsOf("fig1a");
  expect(ownKey([run])).toBe("yours, in 1 run: seed 2");
  expect(ownKey([run, { ...run, seed: 7 }, { ...run, seed: 3 }])).toBe("yours, in 3 runs: seeds 2, 3 and 7");
  expect(ownAlt(panel!, [run])).toMatch(/Yours, drawn strongest: .+, seed 2, steps 0 to 200 and 400 to 600\.$/);
  expect(ownAlt(panel!, [])).toBe("");
});
