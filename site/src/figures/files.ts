import { withPlainColours } from "../styles/palette.ts";
import type { Figure } from "./figure.ts";
import { renderSvg } from "./render-svg.ts";
import { toCsv } from "./training-table.ts";

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
