import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { readPaper } from "../../../shared/paper/paper.ts";
import { figureFile } from "../../../site/src/figures/files.ts";
import { figure, figureIds } from "../../../site/src/figures/index.ts";
import { paperTexts } from "../paper/curves.ts";
import { syntheticSnapshot } from "./synthetic-snapshot.ts";

const BASELINES = path.resolve(import.meta.dirname, "baselines");
const CHANGED = path.resolve(import.meta.dirname, "../../../.cache/baselines");
const paper = readPaper(paperTexts);
/** Seeds enough for an interval, runs that diverge, and little else: a baseline is to be looked at. */
const snapshot = syntheticSnapshot({ seeds: 3, share: 0.2, diverged: true });

test.each(figureIds)("%s is drawn as its baseline", async (id) => {
  const svg = await drawn(id);
  const baseline = path.join(BASELINES, `${id}.svg`);
  await expect(svg)
    .toMatchFileSnapshot(baseline)
    .catch(async () => {
      const now = path.join(CHANGED, `${id}.svg`);
      await mkdir(CHANGED, { recursive: true });
      await writeFile(now, svg);
      throw new Error(
        `${id} is drawn differently.\n  baseline: ${baseline}\n  now:      ${now}\nLook at both. If the change is meant: npm run baselines`,
      );
    });
});

test("no baseline is of a figure that is gone", async () => {
  const known = figureIds.map((id) => `${id}.svg`);
  expect((await readdir(BASELINES)).filter((name) => !known.includes(name))).toEqual([]);
});

/** The whole figure as a reader takes it away, in the light theme's colours: numbers to a tenth of a pixel, a line for each element, so that differences can be read. */
async function drawn(id: string): Promise<string> {
  const svg = await figureFile(figure(id, snapshot, paper), "svg");
  return svg.replace(/></g, ">\n<").concat("\n");
}
