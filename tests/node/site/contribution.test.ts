import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { certificateSvg } from "../../../site/src/contribution/certificate.ts";
import { volunteerName } from "../../../site/src/data/volunteer-name.ts";
import { givenBy, givenByAll } from "../../../site/src/contribution/given.ts";
import { listTable, runsTable } from "../../../site/src/contribution/given-words.ts";
import { runPaths } from "../../../site/src/contribution/run-curves.ts";

const file = path.resolve(import.meta.dirname, "../../../site/src/data/snapshot.json");
const published = StudySnapshot.parse(JSON.parse(readFileSync(file, "utf8")));
const shards = published.experiments.flatMap(({ metrics }) =>
  metrics.variants.flatMap(({ runs }) => runs.flatMap(({ provenance }) => provenance)),
);
const ADA = "ab".repeat(32);

/** The published snapshot, the first shard of each run by a volunteer with a name. */
const shared: StudySnapshot = {
  ...published,
  names: { [ADA]: 'Ada "<L>"' },
  experiments: published.experiments.map((one) => ({
    ...one,
    metrics: {
      ...one.metrics,
      variants: one.metrics.variants.map((variant) => ({
        ...variant,
        runs: variant.runs.map((run) => ({
          ...run,
          provenance: run.provenance.map((origin, at) => (at === 0 ? { ...origin, volunteer: ADA } : origin)),
        })),
      })),
    },
  })),
};

describe("what a volunteer gave", () => {
  test("counts every accepted shard and step once", () => {
    const all = givenByAll(shared);
    expect(all.reduce((sum, given) => sum + given.shards, 0)).toBe(shards.length);
    const steps = shards.reduce((sum, { fromStep, toStep }) => sum + toStep - fromStep, 0);
    expect(all.reduce((sum, given) => sum + given.steps, 0)).toBe(steps);
    expect(all.map(({ steps: given }) => given)).toEqual(all.map(({ steps: given }) => given).sort((a, b) => b - a));
    expect(givenByAll(null)).toEqual([]);
  });

  test("is found by id or its first digits, and goes by the chosen name", () => {
    const given = givenBy(shared, ADA);
    expect(given?.name).toBe('Ada "<L>"');
    expect(givenBy(shared, ADA.slice(0, 16))).toEqual(given);
    expect(givenBy(shared, "abab")).toBeNull();
    expect(givenBy(shared, "cd".repeat(8))).toBeNull();
  });

  test("stands in the runs' table, and its stretches are part of their curves", () => {
    const given = givenBy(shared, ADA)!;
    const table = runsTable(given);
    expect(table.rows).toHaveLength(given.runs.length);
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    const cut = given.runs.find(({ steps, of, training }) => steps < of && training.step.length > 3)!;
    const { whole, own } = runPaths(cut);
    expect(own.length).toBeGreaterThan(0);
    expect(own.length).toBeLessThan(whole.length);
    expect(whole.startsWith(own.slice(0, 20))).toBe(true);
  });

  test("is called by a chosen name, an id's first digits, or a name that nobody takes for the paper's authors'", () => {
    expect(volunteerName(ADA, shared.names)).toContain("Ada");
    expect(volunteerName(ADA)).toBe("abababab");
    const before = new Set(shards.map(({ volunteer }) => volunteer));
    expect([...before].map((name) => volunteerName(name)).filter((name) => name.includes("the authors"))).toEqual([]);
  });

  test("becomes a certificate in which no name can be markup", () => {
    const svg = certificateSvg(givenBy(shared, ADA)!, "https://study.example");
    expect(svg).toContain("Ada &quot;&lt;L&gt;&quot;");
    expect(svg).toContain(`study.example/contribution?of=${ADA.slice(0, 16)}`);
    expect(svg).not.toMatch(/NaN|undefined/);
    expect(svg).toMatch(/>[^<]{40,90} · and \d more<\/text>/);
    expect(certificateSvg(givenBy(shared, ADA)!, "https://study.example", "@font-face{}")).toContain(
      "<style>@font-face{}</style>",
    );
  });

  test("those who wish to be listed are, with their place", () => {
    const table = listTable([
      { volunteer: ADA, alias: null, shards: 2, steps: 1200, audited: 400 },
      { volunteer: ADA, alias: "Grace", shards: 1, steps: 3000 },
    ]);
    expect(table.rows).toEqual([
      ["1", "abababab", "400", "1,200", "2"],
      ["2", "Grace", "0", "3,000", "1"],
    ]);
    expect(table.rows[0]).toHaveLength(table.columns.length);
  });
});
