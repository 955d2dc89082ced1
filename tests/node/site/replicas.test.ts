import { expect, test } from "vitest";
import type { Replication } from "../../../shared/protocol/replication.ts";
import { replicaTable, replicaWords } from "../../../site/src/report/replica-words.ts";

const run = (variant: string, agrees: boolean | null, difference = 0.0123) => ({
  ...{ variant, vendors: ["intel"], again: agrees === null ? null : ["apple"], agrees },
  ...{ final: agrees === null ? null : { difference, betweenSeeds: 0.034 }, curve: null },
});
type Pair = Replication["pairs"][number];
const pair = (seed: number, state: Pair["state"], agrees: boolean | null): Pair => ({
  ...{ experiment: "training-pilot-f1b8f589", replica: "training-pilot-f1b8f589-replica", seed, state, agrees },
  runs: [run("none-0.1", agrees), run("batch-0.1", agrees)],
});
const of = (...pairs: Pair[]): Replication => ({
  ...{ drawn: pairs.length, pairs, replicated: pairs.filter(({ state }) => state === "replicated").length },
  ...{ agree: pairs.filter(({ agrees }) => agrees).length, differ: pairs.filter(({ agrees }) => agrees === false).length },
});

test("what was trained again is said in words, from nothing to everything", () => {
  expect(replicaWords(undefined)).toBe("These data do not tell of pairs that were trained again.");
  expect(replicaWords(of())).toBe("Of the pairs that are listed none is drawn.");
  const [open, waiting] = [pair(3, "first runs not finished", null), pair(4, "waits for another vendor", null)];
  expect(replicaWords(of(open, open))).toBe(
    "2 pairs are drawn. None has been trained again yet; the first runs of 2 are not finished.",
  );
  expect(replicaWords(of(open, waiting))).toBe(
    "2 pairs are drawn. None has been trained again yet; 1 waits for a device of another vendor, and the first runs of 1 are not finished.",
  );
  const done = [pair(5, "replicated", true), pair(6, "replicated", false), pair(7, "replicated", null)];
  expect(replicaWords(of(...done))).toBe(
    "3 pairs are drawn. 3 were trained again: 1 came out within what two seeds differ by, 1 did not, 1 cannot be compared yet.",
  );
});

test("a pair that waits is one row; one that was trained again has a row for each run, with both makers and both distances", () => {
  const { columns, rows } = replicaTable(of(pair(4, "waits for another vendor", null), pair(6, "replicated", false)));
  for (const row of rows) expect(row).toHaveLength(columns.length);
  expect(rows).toEqual([
    ["VGG with and without BatchNorm, seed 4", "every variant", "intel", "–", "–", "waits for another vendor"],
    ["VGG with and without BatchNorm, seed 6", "none-0.1", "intel", "apple", "0.012 (0.034)", "otherwise"],
    ["VGG with and without BatchNorm, seed 6", "batch-0.1", "intel", "apple", "0.012 (0.034)", "otherwise"],
  ]);
});
