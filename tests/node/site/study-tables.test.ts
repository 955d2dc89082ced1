import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { csvOf } from "../../../site/src/data/tables/csv.ts";
import { parquetOf } from "../../../site/src/data/tables/parquet.ts";
import { studyTables } from "../../../site/src/data/tables/study-tables.ts";
import { experimentHeader, trainingSpec } from "../../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { columnWords } from "../../../shared/protocol/column-words.ts";
import { measurementColumns } from "../../../shared/protocol/measurements.ts";
import type { ProbeName } from "../../../shared/protocol/probes.ts";
import { extents, syntheticSnapshot } from "./synthetic-snapshot.ts";

const snapshot = syntheticSnapshot(Object.values(extents).find(({ seeds }) => seeds === 5)!);
const tables = studyTables(snapshot);
const named = (name: string) => tables.find((table) => table.name === name)!;

test("every column of every plan's measurements has words", () => {
  for (const experiment of trainedExperiments) {
    const { plan } = experimentHeader(experiment, "pilot");
    for (const variant of plan.variants) {
      const columns = measurementColumns(trainingSpec(plan, variant, 1));
      for (const [probe, names] of Object.entries(columns) as [ProbeName, string[]][]) {
        for (const name of names) expect(columnWords(probe, name)).not.toMatch(/undefined|NaN/);
      }
    }
  }
});

test.each([
  ["landscape", "lossy@1"],
  ["landscape", "random.norm"],
  ["shift", "l3.1"],
  ["theorem", "mean.1"],
] as const)("a column that is no probe's is refused: %s %s", (probe, column) => {
  expect(() => columnWords(probe, column)).toThrow(`got column ${column}`);
});

describe("tables of the study", () => {
  test("hold every run and every point of training", () => {
    const runs = snapshot.experiments.flatMap(({ metrics }) => metrics.variants.flatMap((variant) => variant.runs));
    expect(named("runs").rows).toHaveLength(runs.filter(({ trainedSteps }) => trainedSteps > 0).length);
    expect(named("training").rows).toHaveLength(runs.reduce((sum, { training }) => sum + training.step.length, 0));
  });

  test("as CSV have a line for each row and as many fields as columns", () => {
    const lines = csvOf(named("training")).trimEnd().split("\r\n");
    expect(lines).toHaveLength(named("training").rows.length + 1);
    expect(new Set(lines.map((line) => line.split(",").length))).toEqual(new Set([named("training").columns.length]));
  });

  test("as Parquet read back as they were, with their words", async () => {
    for (const table of tables) {
      const file = parquetOf(table);
      const read = await parquetReadObjects({ file });
      expect(read).toHaveLength(table.rows.length);
      const [last] = read.slice(-1);
      table.columns.forEach(({ name, type }, i) => {
        const cell = table.rows.at(-1)![i];
        expect(last![name] ?? null).toEqual(type === "numbers" && cell !== null ? JSON.stringify(cell) : cell);
      });
      const about = parquetMetadata(file).key_value_metadata?.find(({ key }) => key === "about");
      expect(about?.value).toBe(table.about);
    }
  });
});
