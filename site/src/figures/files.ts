import { withPlainColours } from "../styles/palette.ts";
import type { Figure, FigureRow } from "./figure.ts";
import { renderSvg } from "./render-svg.ts";

/** The forms in which a figure can be taken away. */
export const fileEnds = ["csv", "json", "svg", "vl.json"] as const;
export type FileEnd = (typeof fileEnds)[number];

/** A figure as the text of a file. Its colours are plain, so that it looks the same outside the site. */
export async function figureFile(figure: Figure, end: FileEnd): Promise<string> {
  switch (end) {
    case "csv":
      return toCsv(figure.rows);
    case "json":
      return JSON.stringify({ figure: figure.number, title: figure.title, caption: figure.caption, rows: figure.rows }, null, 1);
    case "svg":
      return withPlainColours(await renderSvg(figure.spec));
    case "vl.json":
      return withPlainColours(JSON.stringify(figure.spec, null, 1));
  }
}

const COLUMNS = [
  ...(["panel", "quantity", "source", "variant", "seed", "step", "stepSize", "value", "low", "high", "seeds"] as const),
] satisfies readonly (keyof FigureRow)[];

/** The rows as CSV (RFC 4180); empty where there is no value. */
export function toCsv(rows: readonly FigureRow[]): string {
  const cell = (value: string | number | null) => (typeof value === "string" && /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : (value ?? "")); // prettier-ignore
  return [COLUMNS.join(","), ...rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(",")), ""].join("\r\n");
}
