import type { Table } from "../figures/figure.ts";
import { capital } from "../words.ts";
import { normalizationName } from "./normalization-name.ts";

/** The first table of docs/drift.md. @throws Error when there is none */
export function driftTable(markdown: string): Table {
  const all = markdown.split("\n");
  const begins = all.findIndex((line) => line.startsWith("|"));
  const ends = all.findIndex((line, i) => i > begins && !line.startsWith("|"));
  const lines = begins < 0 ? [] : all.slice(begins, ends < 0 ? undefined : ends);
  const cells = (line: string) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [head, , ...rows] = lines;
  if (!head || rows.length === 0) throw new Error("docs/drift.md: got no table, want one row for each normalization");
  const named = rows.map(cells).map(([first = "", ...rest]) => [normalizationName(first), ...rest]);
  return { columns: cells(head).map(capital), rows: named, note: null };
}

/** When and on what it was measured: the sentence that begins so in docs/drift.md. */
export const driftMeasured = (markdown: string): string =>
  /Measured on [\s\S]*?\n\n/.exec(markdown)?.[0].replaceAll("\n", " ").replace(/\s+/g, " ").trim() ?? "";
