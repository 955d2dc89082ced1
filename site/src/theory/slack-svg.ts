import type { SlackRow } from "../../../shared/theory/finding.ts";
import { outOf } from "../../../shared/theory/statement.ts";
import { escaped } from "./escaped.ts";

/** Little more than a phone has, so that 12 px stay about that everywhere. */
const WIDTH = 340;
const ROW = { label: 20, bars: 44, gap: 12 };
/** Left side over right side, where an axis mark stands. */
const MARKS = [
  { ratio: 4, name: "4×" },
  { ratio: 2, name: "2×" },
  { ratio: 1, name: "equal" },
  { ratio: 1 / 2, name: "½" },
  { ratio: 1 / 4, name: "¼" },
];

/** x of a slack s = (right - left) / (|left| + |right|) from -1 to 1. */
const place = (slack: number): number => ((slack + 1) / 2) * WIDTH;

/** A histogram for each inequality on one axis: left of the middle it fails, right of it it holds. */
export function slackSvg(rows: readonly SlackRow[]): string {
  const bottom = rows.length * (ROW.label + ROW.bars + ROW.gap);
  const alt = rows.map(({ name, fails, cases }) => `${name}: ${outOf(fails, cases)} fail`).join(". ");
  const marks = MARKS.map(({ ratio, name }) => {
    const x = place((1 - ratio) / (1 + ratio)).toFixed(1);
    return `<path d="M${x} ${bottom}v5" class="axis"/><text x="${x}" y="${bottom + 18}" text-anchor="middle">${name}</text>`;
  });
  return [
    `<svg viewBox="0 0 ${WIDTH} ${bottom + 42}" role="img" aria-label="${escaped(alt)}">`,
    ...rows.map((row, index) => drawn(row, index * (ROW.label + ROW.bars + ROW.gap))),
    `<path d="M0 ${bottom}H${WIDTH}" class="axis"/>`,
    `<path d="M${WIDTH / 2} ${ROW.label}V${bottom}" class="middle"/>`,
    ...marks,
    `<text x="0" y="${bottom + 38}">fails</text>`,
    `<text x="${WIDTH / 2}" y="${bottom + 38}" text-anchor="middle">left side over right side</text>`,
    `<text x="${WIDTH}" y="${bottom + 38}" text-anchor="end">holds</text>`,
    "</svg>",
  ].join("");
}

function drawn({ name, fails, cases, counts }: SlackRow, top: number): string {
  const most = Math.max(...counts, 1);
  const width = WIDTH / counts.length;
  const base = top + ROW.label + ROW.bars;
  const bars = counts.map((count, bin) => {
    if (count === 0) return "";
    const height = Math.max(1.5, (ROW.bars * count) / most);
    const side = bin < counts.length / 2 ? "fails" : "holds";
    return `<rect x="${(bin * width + 0.5).toFixed(1)}" y="${(base - height).toFixed(1)}" width="${(width - 1).toFixed(1)}" height="${height.toFixed(1)}" class="${side}"/>`;
  });
  return (
    `<text x="0" y="${top + 14}" class="name">${escaped(name)}</text>` +
    `<text x="${WIDTH}" y="${top + 14}" text-anchor="end">${outOf(fails, cases)} fail</text>${bars.join("")}` +
    `<path d="M0 ${base}H${WIDTH}" class="base"/>`
  );
}
