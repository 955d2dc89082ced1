import { colour, withPlainColours } from "../styles/palette.ts";
import { compactSvg } from "./compact-svg.ts";
import { type Columns, FONT, PANEL, wrapped } from "./chart-style.ts";
import type { Figure, Panel, PanelGroup } from "./figure.ts";
import { renderSvg } from "./render-svg.ts";

const WIDTH = 960;
const GAP = 24;
const LINE = 17;
const ACROSS: Readonly<Record<Columns, number>> = { two: 2, three: 3 };

/**
 * A figure's charts as one picture, in rows and columns as on the page. Composed from the charts' own pictures, because without a browser the width of
 * text is only guessed, and a layout by it would not stand in columns.
 * @param has what it needs to stand alone: its title and caption
 */
export async function pictureSvg({ number, title, caption, groups }: Figure, has: "words" | "charts only"): Promise<string> {
  const edge = has === "words" ? 16 : 0;
  const head = has === "words" ? headOf(`Figure ${number}. ${title}`, caption) : { svg: "", height: 0 };
  const parts: string[] = [];
  let y = head.height;
  for (const group of groups) {
    const drawn = await groupSvg(group, y);
    parts.push(drawn.svg);
    y += drawn.height;
  }
  const [width, height] = [WIDTH + 2 * edge, Math.ceil(y) + 2 * edge];
  const ground = has === "words" ? `<rect width="${width}" height="${height}" fill="${colour("page")}"/>` : "";
  return withPlainColours(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">${ground}<g transform="translate(${edge},${edge})">${head.svg}${parts.join("")}</g></svg>`,
  );
}

function headOf(title: string, caption: string) {
  const lines = wrapped(caption, 150);
  const words = lines.map((line, i) => text(line, 22 + LINE * (i + 1), `font-size="12" fill="${colour("muted")}"`));
  const first = text(title, 16, `font-size="16" font-weight="600" fill="${colour("ink")}"`);
  return { svg: first + words.join(""), height: 22 + LINE * lines.length + 24 };
}

/** @param top where it begins */
async function groupSvg({ title, columns, panels }: PanelGroup, top: number) {
  const across = ACROSS[columns];
  const { width, height } = PANEL[columns];
  const scale = (WIDTH - GAP * (across - 1)) / across / width;
  const from = top + (title ? 30 : 0);
  const placed = await Promise.all(
    panels.map((panel, index) =>
      panelSvg(panel, {
        x: (index % across) * (width * scale + GAP),
        y: from + Math.floor(index / across) * height * scale,
        width: width * scale,
        height: height * scale,
      }),
    ),
  );
  const name = title ? text(title, top + 18, `font-size="13" font-weight="600" fill="${colour("ink")}"`) : "";
  return { svg: name + placed.join(""), height: from - top + Math.ceil(panels.length / across) * height * scale };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A chart in its place: its own size becomes its view box. */
async function panelSvg({ id, spec }: Panel, box: Box): Promise<string> {
  const svg = compactSvg(await renderSvg(spec), id);
  const place = Object.entries(box).map(([name, value]) => `${name}="${Math.round(value * 10) / 10}"`);
  return svg.replace(
    /^<svg[^>]*?(viewBox="[^"]*")[^>]*>/,
    (_, viewBox: string) => `<svg ${place.join(" ")} ${viewBox} overflow="visible">`,
  );
}

const text = (words: string, y: number, look: string) => `<text y="${y}" ${look}>${escaped(words)}</text>`;

const escaped = (words: string) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
