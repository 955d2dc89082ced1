import { compile } from "vega-lite";
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

/** Vega-lite reports doubtful specs to its logger only. */
function warningsOf(spec: Parameters<typeof compile>[0]): string[] {
  const warnings: string[] = [];
  const logger = {
    warn: (...words: string[]) => (warnings.push(words.join(" ")), logger),
    level: () => logger,
    info: () => logger,
    debug: () => logger,
    error: (...words: string[]) => (warnings.push(words.join(" ")), logger),
  };
  compile(spec, { logger: logger });
  return warnings;
}

test("the check for warnings notices a doubtful chart", () => {
  expect(warningsOf({ data: { values: [] }, mark: "bar", encoding: { shape: { field: "x", type: "nominal" } } })).not.toEqual([]);
});

describe.each(Object.entries(extents))("with %s", (_name, extent) => {
  const snapshot = extent.seeds === 0 ? null : syntheticSnapshot(extent);

  describe.each(figureIds)("%s", (id) => {
    const drawn = figure(id, snapshot, paper);
    const panels = [...drawn.groups.flatMap((group) => group.panels), ...drawn.whole];
    // Figures 8, 9 and 12 are of the deep linear network alone.
    const hasResults = extent.seeds > 0 && (extent.only === undefined || !/^fig(8|9|12)$/.test(id));

    test("is a valid chart without warnings, and nothing in it is not a number", async () => {
      expect(warningsOf(drawn.spec)).toEqual([]);
      for (const { spec, hover } of panels) {
        expect(warningsOf(hover ? withHover(spec, hover) : spec)).toEqual([]);
        const svg = await renderSvg(spec);
        expect(svg).toMatch(/^<svg/);
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
        const small = compactSvg(svg);
        expect(small).not.toMatch(/NaN|undefined|Infinity/);
        expect(small.length).toBeLessThan(svg.length);
        expect(withPlainColours(small)).not.toContain("var(--");
      }
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
      expect(drawn.hasResults).toBe(hasResults);
      expect(drawn.caption).toMatch(/CIFAR-10|deep linear network/);
      expect(drawn.caption).toMatch(/[Tt]he paper/);
      expect(drawn.caption).not.toMatch(/NaN|undefined|Infinity|null/);
      expect(drawn.alt).toMatch(hasResults ? /step \d/ : /no results yet/);
      const isOfOneSeed = drawn.groups.every((group) => group.panels.every((panel) => /fig(1c|8|14)-/.test(panel.id)));
      if (hasResults && extent.seeds > 1 && !isOfOneSeed) expect(drawn.caption).toContain(`${extent.seeds} seeds`);
      if (hasResults && extent.seeds === 1) expect(drawn.caption).toContain("ne seed");
      if (extent.diverged && /^fig(1a|1b|2|13)$/.test(id)) expect(drawn.caption).toMatch(/\d runs? diverged/);
      expect(drawn.table.rows.every((row) => row.length === drawn.table.columns.length)).toBe(true);
      expect(drawn.table.rows.length > 0).toBe(hasResults);
    });

    test("its files hold every number it draws", async () => {
      const lines = toCsv(drawn.rows).trim().split("\r\n");
      expect(lines).toHaveLength(drawn.rows.length + 1);
      const ours = drawn.rows.filter((row) => row.source === "this study");
      expect(ours.length > 0).toBe(hasResults);
      for (const { step, value, low, high } of drawn.rows) {
        for (const number of [step, value, low, high]) expect(number === null || Number.isFinite(number)).toBe(true);
      }
      if (extent.seeds === 5) expect(JSON.parse(await figureFile(drawn, "vl.json"))).toHaveProperty("vconcat");
    });
  });
});
