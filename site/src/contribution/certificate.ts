import { duration, instant, plural } from "../words.ts";
import type { Given } from "./given.ts";

const CERTIFICATE = { width: 1600, height: 1000 } as const;

/** A picture of what a volunteer gave, as SVG. @param fonts style rules that hold the site's fonts; without them the system's serve */
export function certificateSvg(given: Given, origin: string, fonts = ""): string {
  const { width, height } = CERTIFICATE;
  const serif = `font-family="'Source Serif 4 Variable', Georgia, serif"`;
  const sans = `font-family="'Inter Variable', Helvetica, Arial, sans-serif"`;
  const experiments = [...new Set(given.runs.map(({ experiment }) => experiment))];
  const lines = [
    `${plural(given.steps, "training step")} in ${plural(given.shards, "shard")},`,
    `${duration(given.computeMs / 1000)} of computing,`,
    `for ${plural(given.runs.length, "run")} of the reproduction of`,
  ];
  const bars = given.runs
    .slice(0, 40)
    .map(({ steps, of }, index) => {
      const x = 120 + index * 34;
      const tall = Math.max(4, Math.round((120 * steps) / of));
      return `<rect x="${x}" y="${300 - 120}" width="20" height="120" fill="#dedad2"/><rect x="${x}" y="${300 - tall}" width="20" height="${tall}" fill="#0d7355"/>`;
    })
    .join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>${fonts}</style>
<rect width="${width}" height="${height}" fill="#fdfcfa"/>
<rect x="40" y="40" width="${width - 80}" height="${height - 80}" fill="none" stroke="#1b1d22" stroke-width="2"/>
<text x="120" y="130" ${sans} font-size="30" font-weight="700" fill="#1b1d22">BatchNorm<tspan fill="#5a5e68" font-weight="400">@home</tspan></text>
${bars}
<text x="120" y="430" ${serif} font-size="84" fill="#1b1d22">${escaped(given.name)}</text>
<text x="120" y="500" ${serif} font-size="40" fill="#1b1d22">gave</text>
${lines.map((line, index) => `<text x="120" y="${570 + 58 * index}" ${serif} font-size="44" fill="#1b1d22">${escaped(line)}</text>`).join("\n")}
<text x="120" y="${570 + 58 * lines.length}" ${serif} font-size="44" font-style="italic" fill="#1b1d22">How Does Batch Normalization Help Optimization?</text>
<text x="120" y="${height - 130}" ${sans} font-size="26" fill="#5a5e68">${escaped(inOneLine(experiments))}</text>
<text x="120" y="${height - 85}" ${sans} font-size="26" fill="#5a5e68">${escaped(`Accepted until ${instant(given.last)} · ${origin.replace(/^https?:\/\//, "")}/contribution?of=${given.volunteer.slice(0, 16)}`)}</text>
</svg>`;
}

/** As many names as a line holds, and how many are left out. */
function inOneLine(names: readonly string[]): string {
  const fits = names.filter((_, i) => names.slice(0, i + 1).join(" · ").length <= 90);
  const left = names.length - fits.length;
  return [...fits, ...(left > 0 ? [`and ${left} more`] : [])].join(" · ");
}

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter] ?? letter);

/** The picture as a PNG; the browser draws it, nobody else sees it. */
export async function certificatePng(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = Object.assign(new Image(), { src: url });
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), CERTIFICATE);
    canvas.getContext("2d")?.drawImage(image, 0, 0);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the canvas gave no picture"))), "image/png"),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
