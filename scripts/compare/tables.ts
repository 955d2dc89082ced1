import type { ComparisonRow } from "../../shared/compare/rows.ts";
import type { Verdict } from "../../shared/compare/judge.ts";
import { cells, HEADINGS } from "./cells.ts";

/** Rows by figure, in the order in which they come. */
export function byFigure(rows: readonly ComparisonRow[]): Map<string, ComparisonRow[]> {
  const figures = new Map<string, ComparisonRow[]>();
  for (const row of rows) figures.set(row.question.figure, [...(figures.get(row.question.figure) ?? []), row]);
  return figures;
}

/** A figure's table for a terminal: columns padded, a quantity named once. */
export function textTable(rows: readonly ComparisonRow[]): string {
  let last = "";
  const table = rows.map(cells).map(([quantity, ...rest]) => {
    const shown = quantity === last ? "" : quantity!;
    last = quantity!;
    return [shown, ...rest];
  });
  const widths = HEADINGS.map((heading, i) => Math.max(heading.length, ...table.map((row) => row[i]!.length)));
  return [[...HEADINGS], ...table]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The same for a page. */
export function markdownTable(rows: readonly ComparisonRow[]): string {
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(HEADINGS), line(HEADINGS.map(() => "---")), ...rows.map((row) => line(cells(row)))].join("\n");
}

/** How many rows got which verdict, of networks on their own and against each other. */
export function tally(rows: readonly ComparisonRow[]): string {
  const count = (of: readonly ComparisonRow[]) => {
    const verdicts = new Map<Verdict, number>();
    for (const { verdict } of of) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    return [...verdicts].map(([verdict, n]) => `${n} ${verdict}`).join(", ");
  };
  return [
    `Order of two networks (at every size): ${count(rows.filter(({ against }) => against))}.`,
    `Numbers of one network (at the paper's size only): ${count(rows.filter(({ against }) => !against))}.`,
  ].join("\n");
}
