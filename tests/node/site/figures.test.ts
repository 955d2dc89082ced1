import type { TopLevelSpec } from "vega-lite";
import { describe, expect, test } from "vitest";
import { compactSvg } from "../../../site/src/figures/compact-svg.ts";
import { figureFile, toCsv } from "../../../site/src/figures/files.ts";
import { figureIds, figure } from "../../../site/src/figures/index.ts";
import { renderSvg } from "../../../site/src/figures/render-svg.ts";
import { withHover } from "../../../site/src/live/hover.ts";
import { withPlainColours } from "../../../site/src/styles/palette.ts";
import { readPaper } from "../../../shared/paper/paper.ts";
import { paperTexts } from "../paper/curves.ts";
import { extents, syntheticSnapshot } from "./synthetic-snapshot.ts";

const paper = readPaper(paperTexts);

/** Draws a chart once and gives what vega-lite says of doubtful parts to its logger only. */
async function drawn(spec: TopLevelSpec): Promise<{ svg: string; warnings: string[] }> {
  const warnings: string[] = [];
  const logger = {
    warn: (...words: string[]) => (warnings.push(words.join(" ")), logger),
    level: () => logger,
    info: () => logger,
    debug: () => logger,
    error: (...words: string[]) => (warnings.push(words.join(" ")), logger),
  };
  return { svg: await renderSvg(spec, logger), warnings };
}

test("the check for warnings notices a doubtful chart", async () => {
  const doubtful = { data: { values: [] }, mark: "bar", encoding: { shape: { field: "x", type: "nominal" } } } as const;
  expect((await drawn(doubtful)).warnings).not.toEqual([]);
});

/** States of the data in which charts are drawn as they are when alive: without points, with points alone, with intervals. */
const ALIVE = ["no results", "one shard", "two seeds, part of the way"];
/** States whose charts are drawn; those of the others are these with less in them, or a mixture. */
const DRAWN = ["no results", "one shard", "two seeds, part of the way", "every seed, some diverged"];
/** Charts that were looked at: many are the same in several states. */
const looked = new Set<string>();

describe.each(Object.entries(extents))("with %s", (name, extent) => {
  const snapshot = extent.seeds === 0 ? null : syntheticSnapshot(extent);

  describe.each(figureIds)("%s", (id) => {
    const made = figure(id, snapshot, paper);
    const panels = [...made.groups.flatMap((group) => group.panels), ...made.whole];
    // Figures 8, 9 and 12 are of the deep linear network alone.
    const hasResults = extent.seeds > 0 && (extent.only === undefined || !/^fig(8|9|12)$/.test(id));

    const drawnTest = DRAWN.includes(name) ? test : () => undefined;
    drawnTest("is a valid chart without warnings, and nothing in it is not a number", async () => {
      for (const { id, spec, hover } of panels) {
        const chart = hover && ALIVE.includes(name) ? withHover(spec, hover) : spec;
        const text = `${id} ${JSON.stringify(chart)}`;
        if (looked.has(text)) continue;
        looked.add(text);
        const { svg, warnings } = await drawn(chart);
        expect(warnings).toEqual([]);
        expect(svg).toMatch(/^<svg/);
        const small = compactSvg(svg, id);
        for (const text of [svg, small]) expect(/.{80}(NaN|undefined|Infinity)/.exec(text)?.[0]).toBeUndefined();
        const clips = [...small.matchAll(/clipPath id="([^"]*)"/g)].map((match) => match[1]);
        expect(clips.length).toBeLessThan(3);
        expect(clips.every((clip) => clip!.startsWith(`${id}-`))).toBe(true);
        expect(small.length).toBeLessThan(svg.length);
        expect(withPlainColours(small)).not.toContain("var(--");
      }
      // The whole figure in one chart is the same panels: once is enough, with few points.
      if (name === "one shard") expect((await drawn(made.spec)).warnings).toEqual([]);
    });

    test("has panels of its own name, each with words for who cannot see it", () => {
      expect(new Set(panels.map((panel) => panel.id)).size).toBe(panels.length);
      for (const panel of panels) {
        expect(panel.id).toMatch(new RegExp(`^${id}-`));
        expect(panel.alt).toMatch(/^[A-Z].{20,}\.$/s);
        expect(panel.alt).not.toMatch(/NaN|undefined|Infinity|null/);
      }
    });

    test("says in words what it shows, how many seeds, and what the paper has", () => {
      expect(made.hasResults).toBe(hasResults);
      expect(made.caption).toMatch(/CIFAR-10|deep linear network/);
      expect(made.caption).toMatch(/[Tt]he paper/);
      expect(made.caption).not.toMatch(/NaN|undefined|Infinity|null/);
      expect(made.alt).toMatch(hasResults ? /step \d/ : /no results yet/);
      const isOfOneSeed = made.groups.every((group) => group.panels.every((panel) => /fig(1c|8|14)-/.test(panel.id)));
      if (hasResults && extent.seeds > 1 && !isOfOneSeed) expect(made.caption).toContain(`${extent.seeds} seeds`);
      if (hasResults && extent.seeds === 1) expect(made.caption).toContain("ne seed");
      if (extent.diverged && /^fig(1a|1b|2|13)$/.test(id)) expect(made.caption).toMatch(/\d runs? diverged/);
      expect(made.table.rows.every((row) => row.length === made.table.columns.length)).toBe(true);
      expect(made.table.rows.length > 0).toBe(hasResults);
    });

    test("its files hold every number it draws", async () => {
      const lines = toCsv(made.rows).trim().split("\r\n");
      expect(lines).toHaveLength(made.rows.length + 1);
      const ours = made.rows.filter((row) => row.source === "this study");
      expect(ours.length > 0).toBe(hasResults);
      const strange = made.rows.filter((row) =>
        [row.step, row.value, row.low, row.high].some((number) => number !== null && !Number.isFinite(number)),
      );
      expect(strange).toEqual([]);
      if (extent.seeds === 5) expect(JSON.parse(await figureFile(made, "vl.json"))).toHaveProperty("vconcat");
    });
  });
});
