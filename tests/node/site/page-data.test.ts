import { describe, expect, test } from "vitest";
import { headline } from "../../../site/src/report/headline.ts";
import { methodRows } from "../../../site/src/report/method-rows.ts";
import { outcomes } from "../../../site/src/report/outcomes.ts";
import { provenanceTable } from "../../../site/src/report/provenance-table.ts";
import { readPaper } from "../../../shared/paper/paper.ts";
import { ownExperiments, studyExperiment } from "../../../site/src/data/study.ts";
import { NORMALIZATIONS } from "../../../site/src/figures/normalizations.ts";
import { placeLabels } from "../../../site/src/figures/label-places.ts";
import { changes, pageOf } from "../../../site/src/rerun/rerun-words.ts";
import { palette, paletteCss, withPlainColours } from "../../../site/src/styles/palette.ts";
import { ago, duration, share, typeset } from "../../../site/src/words.ts";
import { extents, syntheticSnapshot } from "./synthetic-snapshot.ts";

const full = syntheticSnapshot(extents["every seed"]!);
const experiment = studyExperiment(full);

test("a share that is a simple fraction is written as one", () => {
  expect([1 / 8, 1 / 2, 0.3, 1].map(share)).toEqual(["1/8", "half", "0.3", "1"]);
});

test("a text of the shared code is set as the pages are", () => {
  expect(typeset("the paper's last 10 % at 0.000001, 1e-7 or 0.0005")).toBe(
    "the paper’s last 10% at 1e\u20116, 1e\u20117 or 0.0005",
  );
});

describe("the headline", () => {
  const of = (extent: string) => headline(studyExperiment(syntheticSnapshot(extents[extent]!)));

  test("stays away until two seeds of both networks were tested at the same step", () => {
    expect([of("no results"), of("one shard"), of("one seed")]).toEqual([null, null, null]);
    expect(of("two seeds, part of the way")?.where).toBe("at learning rate 0.1, after 600 steps");
  });

  test("gives both networks' means at that step, with seeds and interval, as the merged metrics have them", () => {
    const found = of("every seed")!;
    expect(found.where).toBe("at learning rate 0.1, after 1,000 steps");
    for (const { id, mean, value, detail } of found.arms) {
      const band = experiment.metrics.variants.find((variant) => variant.id === id)!.evaluation;
      const at = band.step.indexOf(1000);
      expect(mean).toBe(band.mean[at]);
      expect(value).toBe(`${(100 * mean).toFixed(1)}%`);
      expect(detail).toBe(`5 seeds, 95% interval ${(100 * band.low[at]!).toFixed(1)}% to ${(100 * band.high[at]!).toFixed(1)}%`);
    }
    expect(found.arms.map(({ series }) => series)).toEqual(["Standard", "BatchNorm"]);
  });
});

test("labels are moved apart, keep their order and stay in range", () => {
  const places = placeLabels([0.5, 0.52, 0.99, 0.51], 0.08, 0, 0.98);
  expect([...places].sort()).toEqual([places[0], places[3], places[1], places[2]]);
  const sorted = [...places].sort();
  for (const [index, place] of sorted.entries()) if (index > 0) expect(place - sorted[index - 1]!).toBeGreaterThanOrEqual(0.0799);
  expect(Math.max(...places)).toBeLessThanOrEqual(0.98);
});

test("the outcome is the last test that most seeds reached, beside the paper at that step", () => {
  const paper = readPaper({ "fig1b_test_bn_lr0.1": "step,value\n0,10\n1000,75.7\n15000,82.9\n" });
  const rows = outcomes(experiment, paper);
  const own = experiment.metrics.variants.find(({ id }) => id === "batchnorm-lr0.1")!.evaluation;
  expect(rows.find(({ id }) => id === "batchnorm-lr0.1")).toMatchObject({
    step: 1000,
    seeds: 5,
    ours: `${(100 * own.mean.at(-1)!).toFixed(1)}%`,
    paperThere: "75.7%",
    paperEnd: "82.9%",
  });
});

test("provenance lists every experiment's shards, newest first, as many as a page bears", () => {
  const { rows, columns, note } = provenanceTable(ownExperiments(full), {});
  const shards = ownExperiments(full).reduce((sum, { metrics }) => sum + metrics.progress.shards, 0);
  expect(rows).toHaveLength(200);
  expect(note).toContain(`of ${shards.toLocaleString("en")} shards`);
  expect(rows.every((row) => row.length === columns.length)).toBe(true);
  expect(rows[0]!.at(-1)).toBe("22 Nov 2026, 08:15 UTC");
  expect(provenanceTable([experiment], undefined).rows.length).toBe(experiment.metrics.progress.shards);
});

test("the methods are the plan's own numbers", () => {
  const { plan } = experiment.experiment;
  const text = methodRows({ ...plan, spec: { ...plan.spec, batchSize: 77, steps: 4321 } }).map(({ here }) => here).join("\n"); // prettier-ignore
  expect(text).toContain("77 images");
  expect(text).toContain("4,321");
});

describe("a rerun", () => {
  const { plan } = experiment.experiment;

  test("says what it changed against its parent", () => {
    const changed = { ...plan, seeds: [11, 12], spec: { ...plan.spec, steps: 500 } };
    expect(changes(changed, plan)).toEqual([
      "steps 500 instead of 1,000",
      "seeds 11, 12 instead of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
    ]);
    expect(changes(plan, plan)).toEqual(["nothing changed: the same runs once more"]);
  });

  test("has its own page; the study's own experiment is the report", () => {
    expect(pageOf({ id: "a-rerun-1", parent: "a" })).toBe("/rerun?id=a-rerun-1");
    expect(pageOf({ id: "a", parent: null })).toBe("/#does-it-help");
  });

  test("never takes the place of the study's experiment in a figure", () => {
    const rerun = { ...experiment, experiment: { ...experiment.experiment, id: "r", parent: experiment.experiment.id } };
    expect(studyExperiment({ ...full, experiments: [rerun, experiment] }).experiment.id).toBe(experiment.experiment.id);
  });
});

describe("colours", () => {
  const normalizationColours = [...new Set(Object.values(NORMALIZATIONS).map(({ colour }) => colour))];
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5]
      .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high! + 0.05) / (low! + 0.05);
  };

  test.each(["light", "dark"] as const)("keep 4.5:1 as text and 3:1 as edges in the %s theme", (theme) => {
    for (const name of ["ink", "muted", "own", "alert", ...normalizationColours] as const) {
      for (const behind of ["page", "raised"] as const)
        expect(contrast(palette[name][theme], palette[behind][theme]), `${name} on ${behind}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(palette.edge[theme], palette.page[theme])).toBeGreaterThanOrEqual(3);
  });

  // Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB; distances in OKLab (Ottosson 2020).
  const EYES = {
    all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
  } as const; // prettier-ignore
  const seen = (hex: string, eye: readonly (readonly number[])[]) => {
    const rgb = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)); // prettier-ignore
    const [r, g, b] = eye.map((row) => row.reduce((sum, weight, i) => sum + weight * rgb[i]!, 0)) as [number, number, number];
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ] as const;
  };
  const together = [["standard", "batchnorm", "noisy", "noise"], ["standard", "batchnorm", "l1", "l2", "linf"]] as const; // prettier-ignore

  test.each(["light", "dark"] as const)(
    "of curves in one figure stay apart in every kind of colour blindness, %s theme",
    (theme) => {
      for (const [eye, matrix] of Object.entries(EYES)) {
        for (const names of together) {
          for (const [i, a] of names.entries()) {
            for (const b of names.slice(0, i)) {
              const [p, q] = [seen(palette[a][theme], matrix), seen(palette[b][theme], matrix)];
              expect(Math.hypot(...p.map((x, k) => x - q[k]!)), `${a} and ${b}, ${eye}`).toBeGreaterThan(0.09);
            }
          }
        }
      }
    },
  );

  test("every token is in the style sheet, and leaves the site as a plain value", () => {
    for (const name of Object.keys(palette)) {
      expect(paletteCss()).toContain(`--${name}:`);
      expect(withPlainColours(`var(--${name})`)).toMatch(/^#[0-9a-f]{6}$/);
    }
  });
});

test("durations and ages read as people say them", () => {
  const words = (seconds: number) => duration(seconds).replaceAll("\u00a0", " ");
  expect([0, 59.6, 200, 4000, 7200].map(words)).toEqual(["0 s", "1 min", "3 min 20 s", "1 h 7 min", "2 h"]);
  const now = Date.parse("2026-11-22T10:00:00Z");
  expect(ago("2026-11-22T09:59:58Z", now)).toBe("just now");
  expect(ago("2026-11-22T09:59:00Z", now)).toBe("1 minute ago");
  expect(ago("2026-11-20T09:59:00Z", now)).toBe("on 20 Nov 2026, 09:59 UTC");
});
