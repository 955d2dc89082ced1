import { compile } from "vega-lite";
import { describe, expect, test } from "vitest";
import { readPaper } from "../../../shared/paper/paper.ts";
import { figures } from "../../../site/src/figures/index.ts";
import { renderSvg } from "../../../site/src/figures/render-svg.ts";
import { toCsv } from "../../../site/src/figures/training-table.ts";
import { withHover } from "../../../site/src/live/hover.ts";
import { withPlainColours } from "../../../site/src/styles/palette.ts";
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

describe.each(Object.entries(extents))("with %s", (name, extent) => {
  const drawn = figures(name === "no results" ? null : syntheticSnapshot(extent), paper);

  test.each(drawn.map((figure) => [figure.number, figure] as const))(
    "figure %s is a valid chart without warnings",
    async (_number, figure) => {
      for (const { spec } of [...figure.panels, ...figure.whole, figure]) {
        expect(warningsOf(spec)).toEqual([]);
        const svg = await renderSvg(spec);
        expect(svg).toMatch(/^<svg/);
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
        expect(withPlainColours(svg)).not.toContain("var(--");
      }
      for (const panel of figure.panels) expect(warningsOf(withHover(panel.spec))).toEqual([]);
    },
  );

  test.each(drawn.map((figure) => [figure.number, figure] as const))(
    "figure %s says in words what it shows",
    (_number, figure) => {
      expect(figure.hasResults).toBe(extent.seeds > 0);
      expect(figure.caption).toContain("CIFAR-10");
      expect(figure.alt).toMatch(extent.seeds > 0 ? /BatchNorm: \d+\.\d/ : /no results yet/);
      if (extent.seeds > 1) expect(figure.caption).toContain(`${extent.seeds} seeds`);
      if (extent.seeds === 1) expect(figure.caption).toContain("no interval yet");
      if (extent.diverged) expect(figure.caption).toContain("2 runs diverged");
      expect(figure.table.rows.every((row) => row.length === figure.table.columns.length)).toBe(true);
    },
  );

  test.each(drawn.map((figure) => [figure.number, figure] as const))(
    "the files of figure %s hold every number it draws",
    (_number, figure) => {
      const lines = toCsv(figure.rows).trim().split("\r\n");
      expect(lines).toHaveLength(figure.rows.length + 1);
      const ours = figure.rows.filter((row) => row.source === "this study" && row.seed !== null);
      expect(new Set(ours.map((row) => row.seed)).size).toBe(extent.seeds);
      expect(figure.rows.some((row) => row.source === "paper")).toBe(true);
    },
  );
});
