import { withPlainColours } from "../styles/palette.ts";
import type { Figure, FigureRow } from "./figure.ts";
import { compactSvg } from "./compact-svg.ts";
import { pictureSvg } from "./picture-svg.ts";
import { renderSvg } from "./render-svg.ts";

/** The forms in which a figure can be taken away. */
export const fileEnds = ["csv", "json", "svg", "vl.json"] as const;
export type FileEnd = (typeof fileEnds)[number];

/** A figure as the text of a file. Its colours are plain, so that it looks the same outside the site. */
export async function figureFile(figure: Figure, end: FileEnd): Promise<string> {
  switch (end) {
    case "csv":
      return toCsv(figure.rows);
    case "json": {
      const { number, title, caption } = figure;
      const rows = figure.rows.map((row) => COLUMNS.map((column) => row[column]));
      return JSON.stringify({ figure: number, title, caption, columns: COLUMNS, rows });
    }
    case "svg":
      return pictureSvg(figure, "words");
    case "vl.json":
      return withPlainColours(JSON.stringify(figure.spec));
  }
}

/** What the page fetches of a figure when a reader comes near it: its charts by panel, drawn, in the page's own colours. */
export const stillsOf = async (figure: Figure): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    await Promise.all(
      figure.groups.flatMap(({ panels }) =>
        panels.map(async ({ id, spec }): Promise<[string, string]> => [id, compactSvg(await renderSvg(spec), id)]),
      ),
    ),
  );

/** What a living chart of the published data is made from. */
export type LiveFigureData = Omit<Figure, "rows" | "spec" | "whole">;
export const liveData = ({ rows: _rows, spec: _spec, whole: _whole, ...rest }: Figure): LiveFigureData => rest;

const COLUMNS = [
  ...(["panel", "quantity", "source", "variant", "seed", "step", "stepSize", "value", "low", "high", "seeds"] as const),
] satisfies readonly (keyof FigureRow)[];

/** The rows as CSV (RFC 4180); empty where there is no value. */
export function toCsv(rows: readonly FigureRow[]): string {
  const cell = (value: string | number | null) => (typeof value === "string" && /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : (value ?? "")); // prettier-ignore
  return [COLUMNS.join(","), ...rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(",")), ""].join("\r\n");
}
