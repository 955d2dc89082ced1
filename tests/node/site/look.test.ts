import { describe, expect, test } from "vitest";
import { figure, type figureIds } from "../../../site/src/figures/index.ts";
import { choicesOf, type Look, seenAs, USUAL } from "../../../site/src/figures/look.ts";
import { renderSvg } from "../../../site/src/figures/render-svg.ts";
import { withHover } from "../../../site/src/live/hover.ts";
import { readPaper } from "../../../shared/paper/paper.ts";
import { paperTexts } from "../paper/curves.ts";
import { syntheticSnapshot } from "./synthetic-snapshot.ts";

const snapshot = syntheticSnapshot({ seeds: 3, share: 0.5 });
const paper = readPaper(paperTexts);
const panelsOf = (id: (typeof figureIds)[number]) => figure(id, snapshot, paper).groups.flatMap(({ panels }) => panels);
const others: Look = { seeds: false, paper: false, smooth: true, logSteps: true };

test("a figure as usual is left as it is", () => {
  for (const { spec } of panelsOf("fig1a")) expect(seenAs(spec, USUAL)).toEqual(spec);
});

describe("a chart that a reader looks at differently", () => {
  test.each(["fig1a", "fig1c", "fig4", "fig7", "fig10", "fig12"] as const)("%s draws without the rest", async (id) => {
    for (const { spec, hover } of panelsOf(id)) {
      const seen = seenAs(spec, others);
      const names = (seen as unknown as { layer: { data: { name?: string } }[] }).layer.map(({ data }) => data.name);
      expect(names).not.toContain("seeds");
      expect(names).not.toContain("paper");
      const svg = await renderSvg(hover ? withHover(seen, hover) : seen);
      expect(/.{80}(NaN|undefined|Infinity)/.exec(svg)?.[0]).toBeUndefined();
    }
  });

  test("smoothing makes the curve of a noisy run shorter, and leaves its data alone", async () => {
    const [panel] = panelsOf("fig1a");
    const length = async (look: Look) => {
      const svg = await renderSvg(seenAs(panel!.spec, { ...look, seeds: false, paper: false }));
      const [line] = [...svg.matchAll(/ d="(M[^"]*)"[^>]*stroke-width="2.3"/g)];
      const points = [...line![1]!.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(
        (match) => [Number(match[1]), Number(match[2])] as const,
      );
      return points.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - points[i]![0], y - points[i]![1]), 0);
    };
    const before = JSON.stringify(panel!.spec);
    expect(await length({ ...USUAL, smooth: true })).toBeLessThan(await length(USUAL));
    expect(JSON.stringify(panel!.spec)).toBe(before);
  });

  test("a log axis gives the first hundred steps more room and keeps step 0", async () => {
    const [panel] = panelsOf("fig1a");
    const svg = await renderSvg(seenAs(panel!.spec, { ...USUAL, logSteps: true }));
    expect(svg).toContain("Step, log axis");
    expect(svg).toMatch(/>0</);
  });
});

test("offers only what a figure has", () => {
  const specs = (id: (typeof figureIds)[number]) => panelsOf(id).map(({ spec }) => spec);
  expect(choicesOf(specs("fig1a"))).toEqual(["seeds", "paper", "smooth", "logSteps"]);
  expect(choicesOf(specs("fig1c"))).toEqual([]);
});
